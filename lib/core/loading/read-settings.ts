import { shortMessage } from '../../common/options/option.js';
import type { OptionOwner } from '../../common/options/option.js';
import type { Freshness } from '../stores/freshness.js';
import { READ } from '../options/load-options.js';
import type { LoadOptions, ResolvedReadOptions } from '../options/load-options.js';
import type { Reporter } from '../support/reporter.js';

/** No options at all: those of the namespace. */
export const NO_OPTIONS: Readonly<Record<string, never>> = Object.freeze({});

/** The options of calls, over those of the namespace. Options that are frozen are looked at once. */
export class ReadSettings<V> {
  private readonly known = new WeakMap<object, ResolvedReadOptions<V>>();
  private readonly base: ResolvedReadOptions<V>;

  constructor(
    namespace: ResolvedReadOptions<V>,
    private readonly freshness: Freshness,
    private readonly reporter: Pick<Reporter, 'warnOnce'>,
  ) {
    this.base = READ.of(namespace) as ResolvedReadOptions<V>;
  }

  /** @throws CasTtlError, CasConfigError naming the option */
  of(options: LoadOptions<V>): ResolvedReadOptions<V> {
    if (options === NO_OPTIONS) return this.base;
    const known = this.known.get(options);
    if (known !== undefined) return known;
    const settings = READ.resolve(options, this.ownerOf(options), this.base) as ResolvedReadOptions<V>;
    this.freshness.heed(settings.earlyRefresh);
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
