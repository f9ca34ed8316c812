import type { CasHooks } from '../contracts/hooks.js';
import type { CasCacheService } from '../core/cas-cache.js';
import { shortMessage } from '../common/options/option.js';
import { resolveNamespaceOptions } from '../core/options/namespace-options.js';
import type { CasCacheNamespaceOptions, ResolvedNamespaceOptions } from '../core/options/namespace-options.js';
import { CasConfigError } from '../errors.js';

type Defaults = Partial<CasCacheNamespaceOptions>;
type Parts = Pick<CasCacheNamespaceOptions, 'provider' | 'codec' | 'genStore'>;

/** A namespace as one forFeature defines it, complete. */
export interface Definition extends Parts {
  readonly options: ResolvedNamespaceOptions;
  readonly hooks: readonly CasHooks[];
  /** What its developer should be told once. */
  readonly warnings: readonly string[];
}

/**
 * One namespace of an application: what it was defined with, and its cache once all its definitions are there.
 *
 * A definition may come from a factory. References wait for it, so that the order of modules does not matter.
 */
export class NamespaceSlot {
  cache: CasCacheService | undefined;
  private defined: Definition | undefined;
  private pending = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param defaults the module's, for every namespace */
  constructor(
    readonly namespace: string,
    private readonly defaults: Defaults,
  ) {}

  /** What to make the cache with: a namespace without a definition has the defaults. */
  get definition(): Definition {
    this.defined ??= this.resolve({ namespace: this.namespace });
    return this.defined;
  }

  get complete(): boolean {
    return this.pending === 0;
  }

  /** A definition will come. */
  expect(): void {
    this.pending++;
  }

  /** It came. */
  arrived(): void {
    this.pending--;
    if (this.complete) for (const resume of this.waiting.splice(0)) resume();
  }

  whenComplete(): Promise<void> {
    if (this.complete) return Promise.resolve();
    return new Promise((resume) => {
      this.waiting.push(resume);
    });
  }

  /** @throws CasConfigError when it was defined otherwise before; CasTtlError and others for options out of range */
  define(options: CasCacheNamespaceOptions): void {
    const definition = this.resolve(options);
    const difference = this.defined === undefined ? undefined : firstDifference(this.defined, definition);
    if (difference !== undefined) {
      throw new CasConfigError(
        `The namespace "${this.namespace}" is defined twice, and the definitions differ in ${difference}: keep one, and name it by forFeature('${this.namespace}') everywhere else.`,
        { namespace: this.namespace },
      );
    }
    this.defined ??= definition;
  }

  private resolve(options: CasCacheNamespaceOptions): Definition {
    const { provider, codec, genStore } = options;
    const warnings: string[] = [];
    const onShort = (name: string, ms: number): void => void warnings.push(shortMessage(name, ms));
    return {
      options: resolveNamespaceOptions(options, this.defaults, onShort),
      warnings,
      provider,
      codec,
      genStore,
      hooks: listOf(options.hooks),
    };
  }
}

/** The option in which two definitions differ, once both are complete: `'5m'` and 300,000 are the same. */
function firstDifference(a: Definition, b: Definition): string | undefined {
  const left = comparable(a);
  const right = comparable(b);
  const names = Object.keys({ ...left, ...right }).filter((name) => !Object.is(left[name], right[name]));
  if (names[0] !== undefined) return names[0].replace(/Ms$/, '');
  const sameHooks = a.hooks.length === b.hooks.length && a.hooks.every((hook, i) => hook === b.hooks[i]);
  return sameHooks ? undefined : 'hooks';
}

function comparable({ options, provider, codec, genStore }: Definition): Record<string, unknown> {
  const { classes, types, ...rest } = options;
  return { ...rest, ...named('classes', classes), ...named('types', types), provider, codec, genStore };
}

/** Lists are alike when what they name is the same. */
function named(option: string, list: object | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(list ?? {}).map(([name, each]) => [`${option}.${name}`, each as unknown]));
}

/** One, several or none, as a list. */
export function listOf(hooks: CasHooks | readonly CasHooks[] | undefined): readonly CasHooks[] {
  if (hooks === undefined) return [];
  return Array.isArray(hooks) ? (hooks as readonly CasHooks[]) : [hooks as CasHooks];
}
