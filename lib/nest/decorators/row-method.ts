import type { CasCacheService } from '../../core/cas-cache.js';
import { withTags } from '../../core/loading/read-settings.js';
import type { LoadManyOptions } from '../../core/options/load-options.js';
import { CasConfigError, CasValueError } from '../../errors.js';
import type { CasCachedManyOptions } from './cas-cached-many.options.js';
import { labelOf } from './decorated-methods.js';
import type { CachedManyMethod } from './decorated-methods.js';
import type { AnyMethod } from './decoration-site.js';
import type { TagList } from './decorator-types.js';
import { checkedKey } from './default-key.js';

/** The arguments of a call: the ids first. */
export type RowArguments = [ids: readonly unknown[], ...others: unknown[]];

/** Why rows cannot be told apart. */
export type Muddle = 'a row whose key was not asked for' | 'two rows with one key' | 'a row that is null or undefined';

/** One `@CasCachedMany` method, and what its decorator says of ids, rows and keys. */
export class RowMethod {
  readonly label: string;
  private readonly isNegative: boolean;
  /** The caches in which its rows could not be told apart. A memory, not a fact. */
  private readonly unmatched = new WeakSet<CasCacheService>();

  constructor(
    private readonly decorated: CachedManyMethod,
    private readonly method: AnyMethod,
    private readonly options: CasCachedManyOptions,
  ) {
    this.label = labelOf(decorated);
    this.isNegative = options.missing === 'negative';
  }

  /**
   * The arguments, with a copy of the ids: the caller may change its array while they are loaded.
   *
   * @throws CasConfigError
   */
  argumentsOf(args: readonly unknown[]): RowArguments {
    const [ids, ...others] = args;
    if (Array.isArray(ids)) return [[...(ids as unknown[])], ...others];
    throw new CasConfigError(
      `@CasCachedMany on ${this.label}: it was called with ${kindOf(ids)} first; give an array of ids.`,
    );
  }

  /** One for each id. @throws CasConfigError, CasKeyError */
  keys(self: object, args: RowArguments): string[] {
    const keys: unknown = this.options.keys.apply(self, args);
    const { length } = args[0];
    if (Array.isArray(keys) && keys.length === length) {
      return keys.map((key) => checkedKey(key, this.decorated, 'keys'));
    }
    const answered = Array.isArray(keys) ? `${keys.length} keys` : kindOf(keys);
    throw new CasConfigError(
      `@CasCachedMany on ${this.label}: keys answered ${answered} for ${length} ids; answer an array with one key for each id, in their order.`,
    );
  }

  /** @throws CasValueError; what the method throws */
  async run(self: object, args: RowArguments): Promise<readonly unknown[]> {
    const rows: unknown = await this.method.apply(self, args);
    if (Array.isArray(rows)) return rows as unknown[];
    throw new CasValueError(
      `@CasCachedMany on ${this.label}: the method answered ${kindOf(rows)}; answer an array of rows, [] for none.`,
    );
  }

  /**
   * The rows by key; `null` for keys without one, where that is to be remembered.
   *
   * @param asked the keys of the ids that the method was called with
   * @throws CasKeyError when `keyOf` answers no key
   */
  byKey(
    rows: readonly unknown[],
    asked: readonly string[],
    self: object,
    args: RowArguments,
  ): Map<string, unknown> | Muddle {
    const open = new Set(asked);
    const found = new Map<string, unknown>();
    for (const row of rows) {
      if (row === null || row === undefined) return 'a row that is null or undefined';
      const key = checkedKey(this.options.keyOf.call(self, row, ...args), this.decorated, 'keyOf');
      if (found.has(key)) return 'two rows with one key';
      if (!open.delete(key)) return 'a row whose key was not asked for';
      found.set(key, row);
    }
    if (this.isNegative) for (const key of open) found.set(key, null);
    return found;
  }

  /** The options of the method for one call, with the tags that follow from its arguments and its rows. */
  taggedOptions(options: LoadManyOptions, self: object, args: RowArguments): LoadManyOptions {
    const { tags, tagsFrom } = this.options;
    if (tags === undefined && tagsFrom === undefined) return options;
    const named = tags === undefined ? options : withTags(options, tags.apply(self, args) as TagList);
    if (tagsFrom === undefined) return named;
    const tagsOf = (row: unknown): TagList => tagsFrom.call(self, row, ...args) as TagList;
    return Object.create(named, { tagsOf: { value: tagsOf, enumerable: true } }) as LoadManyOptions;
  }

  /** Whether the row must not be cached. */
  drops(row: unknown, self: object, args: RowArguments): boolean {
    return row !== null && this.options.unless?.call(self, row, ...args) === true;
  }

  /** Says once that rows are not cached, and why. */
  reportMuddle(cache: CasCacheService, why: Muddle): void {
    this.unmatched.add(cache);
    cache.warn(
      `rows of ${this.label}`,
      `${this.label} (namespace "${cache.namespace}") returned ${why}, so its rows are returned as they are and not cached. Let it return one row for an id at most, and keyOf the key that \`keys\` answers for that id.`,
    );
  }

  hasMuddled(cache: CasCacheService): boolean {
    return this.unmatched.has(cache);
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'an array' : `what is no array (${typeof value})`;
}
