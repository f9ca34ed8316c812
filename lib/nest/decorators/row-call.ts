import type { CasCacheService } from '../../core/cas-cache.js';
import type { LoadContext } from '../../core/loading/load-context.js';
import type { LoadManyOptions } from '../../core/options/load-options.js';
import type { RowArguments, RowMethod } from './row-method.js';

/** One run of the method whose rows could not be told apart. */
interface Unmatched {
  readonly keys: readonly string[];
  readonly rows: readonly unknown[];
}

/** One call of a `@CasCachedMany` method that goes through a cache. */
export class RowCall {
  private readonly keys: readonly string[];
  /** Those whose ids the method was called with here. Other loads belong to other calls. */
  private readonly ran = new Set<string>();
  private readonly unmatched: Unmatched[] = [];

  /** @throws CasConfigError, CasKeyError when the keys cannot be had */
  constructor(
    private readonly method: RowMethod,
    private readonly cache: CasCacheService,
    private readonly self: object,
    private readonly args: RowArguments,
  ) {
    this.keys = method.keys(self, args);
  }

  /** @param options frozen, so that the cache looks at them once */
  read(options: LoadManyOptions): Promise<readonly unknown[]> {
    return this.cache
      .getOrLoadMany(
        this.keys,
        (missing, context) => this.load(missing, context),
        this.method.taggedOptions(options, this.self, this.args),
      )
      .then((values) => this.rows(values));
  }

  private async load(missing: readonly string[], context: LoadContext): Promise<Map<string, unknown>> {
    for (const key of missing) this.ran.add(key);
    const rows = await this.run(missing);
    const values = this.method.byKey(rows, missing, this.self, this.args);
    if (typeof values === 'string') {
      this.method.reportMuddle(this.cache, values);
      this.unmatched.push({ keys: missing, rows });
      // Nothing to cache, and nothing for others to take for all that there is.
      return new Map();
    }
    for (const [key, row] of values) if (this.method.drops(row, this.self, this.args)) context.skip(key);
    return values;
  }

  private rows(values: ReadonlyMap<string, unknown>): readonly unknown[] | Promise<readonly unknown[]> {
    const rows = [...values.values()].filter((row) => row !== null);
    if (!this.method.hasMuddled(this.cache)) return rows;
    const unmatched = this.unmatched
      // A refresh in the background: its old rows are served.
      .filter(({ keys }) => !keys.some((key) => values.has(key)))
      .flatMap((run) => run.rows);
    const all = [...rows, ...unmatched];
    // A call that joined a load got no row of it when the rows could not be told apart.
    const left = [...new Set(this.keys)].filter((key) => !values.has(key) && !this.ran.has(key));
    return left.length === 0 ? all : this.run(left).then((more) => [...all, ...more]);
  }

  private run(keys: readonly string[]): Promise<readonly unknown[]> {
    const [ids, ...others] = this.args;
    // When two ids have one key, the first counts.
    const idsByKey = new Map<string, unknown>();
    this.keys.forEach((key, i) => {
      if (!idsByKey.has(key)) idsByKey.set(key, ids[i]);
    });
    return this.method.run(this.self, [keys.map((key) => idsByKey.get(key)), ...others]);
  }
}
