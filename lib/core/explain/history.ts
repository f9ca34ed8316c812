import type { CacheEvent, CasHooks } from '../../contracts/hooks.js';
import type { HistoryRecord } from '../../contracts/history.js';
import type { Announced } from '../../contracts/read-leases.js';

interface Kept {
  /** `undefined`: of every key. */
  readonly key: string | undefined;
  readonly record: HistoryRecord;
}

/**
 * The last that happened in a namespace, in a ring: what went on before a miss. It listens as a hook does, to what is
 * no hit.
 */
export class History implements CasHooks {
  readonly events = ['miss', 'fill', 'heal', 'invalidate', 'invalidate-tags', 'clear'] as const;
  private readonly ring: Kept[] = [];
  private next = 0;

  /** @param size how many records are kept, of all keys together */
  constructor(
    private readonly size: number,
    private readonly now: () => number,
  ) {}

  onEvent(event: CacheEvent): void {
    const at = this.now();
    if (event.type === 'miss') this.keep(event.key, { at, type: 'miss', reason: event.reason });
    else if (event.type === 'fill') this.keep(event.key, { at, type: 'fill', outcome: event.outcome });
    else if (event.type === 'invalidate') this.keep(event.key, { at, type: 'invalidate' });
    else if (event.type === 'clear') this.keep(undefined, { at, type: 'clear' });
    else if (event.type === 'invalidate-tags') this.keep(undefined, { at, type: 'invalidate-tags', tags: event.tags });
    else if (event.type === 'heal' && event.key !== undefined) {
      this.keep(event.key, { at, type: 'heal', reason: event.reason });
    }
  }

  /** What was announced where there are read leases. */
  announced(what: Announced): void {
    const record = { at: this.now(), type: 'announced' } as const;
    if (what === 'all') this.keep(undefined, record);
    else if ('tags' in what) this.keep(undefined, { at: record.at, type: 'invalidate-tags', tags: what.tags });
    else for (const key of what) this.keep(key, record);
  }

  /**
   * The oldest first.
   *
   * @param tags that the key is known to carry; without, every invalidation of tags may have been one of it
   */
  of(key: string, tags?: readonly string[]): readonly HistoryRecord[] {
    const inOrder = [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)];
    return inOrder.flatMap(({ key: its, record }) => {
      if (its !== undefined && its !== key) return [];
      if (record.type !== 'invalidate-tags' || tags === undefined) return [record];
      const own = record.tags.filter((tag) => tags.includes(tag));
      return own.length > 0 ? [{ ...record, tags: own }] : [];
    });
  }

  private keep(key: string | undefined, record: HistoryRecord): void {
    this.ring[this.next] = { key, record };
    this.next = (this.next + 1) % this.size;
  }
}
