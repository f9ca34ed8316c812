import type { CasErrorContext } from '../../errors.js';

/**
 * What there is to know of one option besides its name, type and documentation, which stand in the interface that it
 * belongs to: how it is checked, what it is where it is absent, and in which unit it is read.
 */
export interface Option<in Given, out Resolved, out Unit extends '' | 'Ms' = '' | 'Ms'> {
  /** `'Ms'`: a duration, read in milliseconds under its name and this suffix. */
  readonly unit: Unit;
  /** Where the option is absent. */
  readonly otherwise: Resolved;
  /** Whether a bare number below a second is common, so that no warning asks for its unit. For durations only. */
  readonly shortIsUsual?: boolean;
  /** @throws CasConfigError, CasTtlError that begins with `name` and says what to give */
  readonly check: (given: Given, name: string, context?: CasErrorContext) => Resolved;
}

/**
 * The options of the interface `T`. With `satisfies OptionTable<T>` the compiler refuses a table that lacks one, has
 * one too many, or would hand a check another type than the interface has.
 */
export type OptionTable<T> = { readonly [Name in keyof T]-?: Option<Exclude<T[Name], undefined>, unknown> };

export type AnyTable = Readonly<Record<string, Option<never, unknown>>>;

/** What a table makes of options: checked, complete, durations in milliseconds. */
export type ResolvedOptions<T> = {
  readonly [
    Name in keyof T & string as T[Name] extends Option<never, unknown, 'Ms'> ? `${Name}Ms` : Name
  ]: T[Name] extends Option<never, infer Resolved> ? Resolved : never;
};

/** What the options belong to. */
export interface OptionOwner {
  /** What messages call an option, such as `ttl of namespace "user"`. */
  readonly name: (option: string) => string;
  /** For the errors. */
  readonly context?: CasErrorContext;
  /** Is told of a duration whose unit was probably forgotten. */
  readonly onShort?: ((name: string, ms: number) => void) | undefined;
}

/** Below this, a bare number is more often seconds or minutes than milliseconds. */
const SHORT_MS = 1_000;

/** Checks options by the table that was made for them. */
export class Options<T extends AnyTable> {
  /** What they are where all are absent. */
  readonly defaults: ResolvedOptions<T>;
  private readonly entries: readonly (readonly [name: string, resolved: string, option: AnyTable[string]])[];

  constructor(readonly table: T) {
    this.entries = Object.entries(table).map(([name, option]) => [name, name + option.unit, option]);
    this.defaults = Object.freeze(
      Object.fromEntries(this.entries.map(([, resolved, { otherwise }]) => [resolved, otherwise])),
    ) as ResolvedOptions<T>;
  }

  /** Those of this table, out of the options of a larger one. */
  of(resolved: ResolvedOptions<T>): ResolvedOptions<T> {
    const all = resolved as Readonly<Record<string, unknown>>;
    return Object.freeze(
      Object.fromEntries(this.entries.map(([, field]) => [field, all[field]])),
    ) as ResolvedOptions<T>;
  }

  /**
   * The given options, and those of `base` for what is absent. `undefined` counts as absent, so it erases nothing.
   *
   * @throws CasConfigError, CasTtlError naming the option and what to change
   */
  resolve(given: object, owner: OptionOwner, base: ResolvedOptions<T> = this.defaults): ResolvedOptions<T> {
    const resolved: Record<string, unknown> = { ...base };
    for (const [name, field, option] of this.entries) {
      const value = (given as Readonly<Record<string, unknown>>)[name];
      if (value !== undefined) resolved[field] = checked(option, name, value, owner);
    }
    return resolved as ResolvedOptions<T>;
  }

  /** One of them. @throws as `resolve` does */
  resolveOne<Name extends keyof T & string>(given: object, name: Name, owner: OptionOwner): T[Name]['otherwise'] {
    const option = this.table[name] as AnyTable[string];
    const value = (given as Readonly<Record<string, unknown>>)[name];
    return value === undefined ? option.otherwise : checked(option, name, value, owner);
  }

  /** Those of the given options that belong to the table and are not `undefined`, as they were given. */
  pick<G extends object>(given: G): Pick<G, keyof G & keyof T> {
    const own = Object.entries(given).filter(([name, value]) => value !== undefined && Object.hasOwn(this.table, name));
    return Object.fromEntries(own) as Pick<G, keyof G & keyof T>;
  }
}

function checked(
  option: AnyTable[string],
  name: string,
  value: unknown,
  { name: called, context, onShort }: OptionOwner,
): unknown {
  const resolved = option.check(value as never, called(name), context);
  const isShort = option.unit === 'Ms' && typeof value === 'number' && value < SHORT_MS;
  if (isShort && option.shortIsUsual !== true) onShort?.(called(name), value);
  return resolved;
}

/** An `onShort` for what has no logger of its own: a warning of the process. */
export function tellShort(name: string, ms: number): void {
  process.emitWarning(shortMessage(name, ms), 'CasCacheWarning');
}

export function shortMessage(name: string, ms: number): string {
  return `${name} is ${ms}, and a bare number is milliseconds. Write '${ms}s' if seconds are meant, or '${ms}ms' if it is right.`;
}
