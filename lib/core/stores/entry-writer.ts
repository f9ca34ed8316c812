import type { SetOutcome } from '../../contracts/outcomes.js';
import type { CasProvider } from '../../contracts/provider.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import type { Reporter } from '../support/reporter.js';
import type { FillItem, Weigh } from './backend.js';
import type { Proof } from './checked-entry.js';
import type { EntryFormat } from './entry-format.js';
import type { Scoped } from './scoped-stores.js';
import { Subset } from '../../common/subset.js';

/**
 * Stores entries in a provider that knows nothing of generations. What is stored is not asked to be current: an entry
 * of an old generation is one that no read accepts.
 *
 * A frame that only a newer build can read is left where it is. A provider that replicas share has to see to that
 * itself; in one of this process a look before the write costs next to nothing.
 */
export class EntryWriter<S, P> {
  private readonly looks: boolean;

  constructor(
    private readonly entries: Scoped<CasProvider<S>>,
    private readonly format: Pick<EntryFormat<unknown, S, P>, 'seal' | 'isUnknown'>,
    private readonly keys: NamespaceKeys,
    private readonly reporter: Reporter,
    private readonly weigh: Weigh<S> | undefined,
  ) {
    this.looks = entries.store.holds === 'bytes' && entries.store.reach === 'process';
  }

  async put(item: FillItem<P>, ttlMs: number): Promise<SetOutcome> {
    const { store, nameOf } = this.entries;
    const { key, proof } = item;
    try {
      const entry = this.format.seal(item.observed, item.prepared, item);
      // Only live values, which are objects of this process, are put with one.
      if (proof !== undefined) (entry as { proof?: Proof }).proof = proof;
      if (this.looks && (await this.isTaken(key))) return 'rejected';
      const cost = this.weigh?.(this.keys.value(key), entry);
      return (await store.set(nameOf(key), entry, { ttlMs, cost })) ? 'stored' : 'rejected';
    } catch (cause) {
      this.reporter.fault('set', key, cause);
      return 'rejected';
    }
  }

  async putMany(items: readonly FillItem<P>[], ttlMs: number): Promise<readonly SetOutcome[]> {
    const { store, nameOf } = this.entries;
    const sealed = items.map((item) => {
      const { key } = item;
      const entry = this.format.seal(item.observed, item.prepared, item);
      return { key: nameOf(key), entry, cost: this.weigh?.(this.keys.value(key), entry) };
    });
    try {
      const taken = this.looks ? await Promise.all(items.map(async ({ key }) => this.isTaken(key))) : [];
      const free = new Subset(sealed, (_, i) => taken[i] !== true);
      return free.putBack<boolean | Error, SetOutcome>(
        await store.setMany(free.items, { ttlMs }),
        (answer, _, i) => {
          if (answer instanceof Error) this.reporter.fault('set', items[i]?.key, answer);
          return answer === true ? 'stored' : 'rejected';
        },
        () => 'rejected',
      );
    } catch (cause) {
      this.reporter.fault('set', undefined, cause);
      return items.map(() => 'rejected');
    }
  }

  private async isTaken(key: string): Promise<boolean> {
    const there = await this.entries.store.get(this.entries.nameOf(key));
    return there !== undefined && this.format.isUnknown(there);
  }
}
