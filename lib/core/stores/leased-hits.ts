import type { Awaitable } from '../../contracts/awaitable.js';
import type { LiveEntry } from '../../contracts/provider.js';
import { vouched } from './checked-entry.js';
import type { CheckedEntry } from './checked-entry.js';
import { entryAtOnce, UNKNOWN } from './entry-at-once.js';
import type { LiveFormat } from './entry-format.js';
import type { HitsAtOnce } from './hits-at-once.js';
import type { NearLease } from './near-lease.js';

/** Where entries are, and under which name each. */
interface LiveEntries<V> {
  readonly entries: { get(name: string): Awaitable<LiveEntry<V> | undefined> };
  readonly entryKey: (key: string) => string;
}

/**
 * Hits that a read lease stands for. One that has a soft ttl is none of them: what becomes of it, the clock says, and
 * the tier behind.
 */
export class LeasedHits<V> implements HitsAtOnce<V> {
  constructor(
    private readonly lease: NearLease,
    private readonly held: LiveEntries<V>,
    private readonly format: LiveFormat<V>,
  ) {}

  answerAtOnce(key: string): Promise<V> | undefined {
    const entry = this.find(key);
    if (entry === undefined) return undefined;
    let answer: Promise<V>;
    try {
      answer = this.format.answer(key, entry);
    } catch {
      return undefined;
    }
    this.lease.served();
    return answer;
  }

  valueAtOnce(key: string): V | undefined {
    const entry = this.find(key);
    if (entry === undefined) return undefined;
    let value: V;
    try {
      value = this.format.value(key, entry);
    } catch {
      return undefined;
    }
    this.lease.served();
    return value;
  }

  private find(key: string): CheckedEntry<V> | undefined {
    // Under a name that is put together, what is no text finds the entry of the text that it reads like, and not what
    // was heard of that.
    if (typeof key !== 'string') return undefined;
    const { entries, entryKey } = this.held;
    const entry = entryAtOnce(entries, entryKey(key));
    if (entry === undefined || entry === UNKNOWN) return undefined;
    const opened = this.format.open(entry);
    return opened.stamp === undefined ? vouched(this.lease, key, opened) : undefined;
  }
}
