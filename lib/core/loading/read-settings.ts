import { shortMessage } from '../../common/options/option.js';
import type { OptionOwner } from '../../common/options/option.js';
import type { Freshness } from '../stores/freshness.js';
import type { FillDeadline } from './fill-deadline.js';
import { READ } from '../options/load-options.js';
import { namedTags } from '../options/tag-option.js';
import type { LoadOptions, ResolvedReadOptions } from '../options/load-options.js';
import type { Reporter } from '../support/reporter.js';

/** No options at all: those of the namespace. */
export const NO_OPTIONS: Readonly<Record<string, never>> = Object.freeze({});

const SETTLED = Symbol('what a cache made of these options');

/** What the cache that was asked last made of options. */
interface Settled {
  by: object | undefined;
  settings: unknown;
  plain: boolean;
}

/** Options that are given with every call of a method. */
interface MethodOptions {
  readonly [SETTLED]?: Settled;
}

/** Frozen options that a cache has not to look up again at each call. */
export function optionsOfMethod<O extends object>(options: O): O {
  const settled: Settled = { by: undefined, settings: undefined, plain: false };
  return Object.freeze(Object.defineProperty({ ...options }, SETTLED, { value: settled }));
}

/**
 * The options of a method for one call, which carries these tags: an object of its own, whose other options are those
 * of the method, so that a cache has not to look them up again.
 */
export function withTags<O extends LoadOptions<never>>(options: O, tags: O['tags']): O {
  return Object.create(options, { tags: { value: tags, enumerable: true } }) as O;
}

/** The options of calls, over those of the namespace. Options that are frozen are looked at once. */
export class ReadSettings<V> {
  private readonly known = new WeakMap<object, ResolvedReadOptions<V>>();
  private readonly base: ResolvedReadOptions<V>;
  private readonly basePlain: boolean;

  constructor(
    namespace: ResolvedReadOptions<V>,
    private readonly freshness: Freshness,
    private readonly reporter: Pick<Reporter, 'warnOnce' | 'namespace'>,
    readonly isTagged = false,
    private readonly fillDeadline?: Pick<FillDeadline, 'expect'>,
  ) {
    this.base = READ.of(namespace) as ResolvedReadOptions<V>;
    this.basePlain = isPlain(this.base);
    fillDeadline?.expect(namespace.loadTimeoutMs);
  }

  /**
   * Whether it makes no difference to a fresh hit that these options were given. Those that were not looked at yet may
   * make one.
   */
  arePlain(options: LoadOptions<V>): boolean {
    if (options === NO_OPTIONS) return this.basePlain;
    if (options.tags !== undefined) return false;
    const settled = (options as MethodOptions)[SETTLED];
    return settled !== undefined && settled.by === this && settled.plain;
  }

  /** @throws CasTtlError, CasConfigError naming the option */
  of(options: LoadOptions<V>): ResolvedReadOptions<V> {
    if (options === NO_OPTIONS) return this.base;
    const settled = (options as MethodOptions)[SETTLED];
    if (settled?.by === this) return settled.settings as ResolvedReadOptions<V>;
    const known = this.known.get(options);
    const settings = known ?? this.resolve(options);
    if (settled !== undefined) {
      settled.by = this;
      settled.settings = settings;
      settled.plain = isPlain(settings);
    }
    return settings;
  }

  /** @throws CasTagError; CasConfigError in a namespace without tags */
  tagsOf(options: LoadOptions<V>): readonly string[] | undefined {
    return namedTags(options.tags, this.reporter.namespace, this.isTagged);
  }

  private resolve(options: LoadOptions<V>): ResolvedReadOptions<V> {
    const settings = READ.resolve(options, this.ownerOf(options), this.base) as ResolvedReadOptions<V>;
    this.freshness.heed(settings.earlyRefresh);
    this.fillDeadline?.expect(settings.loadTimeoutMs);
    if (Object.isFrozen(options)) this.known.set(options, settings);
    return settings;
  }

  /** A decorator's options are those of its method. */
  private ownerOf({ name }: LoadOptions<never>): OptionOwner {
    return {
      name: (option) => (name === undefined ? option : `${option} of ${name}`),
      onShort: (option, ms) => this.reporter.warnOnce(`short ${option}`, shortMessage(option, ms)),
    };
  }
}

/**
 * A hit that needs no question is current, and what a request remembers was so before: `consistency: 'request'` makes
 * no difference to it.
 */
function isPlain({ when }: ResolvedReadOptions<never>): boolean {
  return when === undefined;
}
