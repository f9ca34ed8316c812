import type { Awaitable } from '../../contracts/awaitable.js';
import type { AtomicStore } from '../../contracts/atomic-store.js';
import { ABSENT } from '../../contracts/generation-store.js';
import type { GenerationReading, GenerationStore } from '../../contracts/generation-store.js';
import type { MissReason, SetOutcome, UnusableReason } from '../../contracts/outcomes.js';
import type { CasProvider } from '../../contracts/provider.js';
import { CasMalformedGenerationError, CasUnknownFrameError } from '../../errors.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import type { TagClock } from '../../contracts/tag-store.js';
import type { BackendEnvironment, EntryStores } from './backend-environment.js';
import { PLAIN_BULK, TAGGED_BULK } from './bulk-format.js';
import type { BulkFormat } from './bulk-format.js';
import { BulkLists } from './bulk-lists.js';
import type { BulkList } from './bulk-lists.js';
import { passed, prove } from './checked-entry.js';
import type { ParsedEntry } from './checked-entry.js';
import { warnOfNewerBuild } from './entry-check.js';
import type { EntryFormat } from './entry-format.js';
import { heal } from './heal.js';
import { Hit } from './hits.js';
import type { FillItem, ReadResult } from './backend.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';
import type { Reporter } from '../support/reporter.js';
import { asError, attempt, isPromise } from '../../common/attempt.js';
import type { Weigh } from './backend.js';

/**
 * What came of reading one frame for many keys: all their values, in order; nothing usable, so that singles are to be
 * asked; or no word on the generations, so that nothing can be proven, of singles neither.
 */
export type BulkReading<V> = readonly ReadResult<V>[] | 'ask-singles' | 'unavailable';

/** Reads and writes one frame for many keys. */
export interface BulkAccess<V, P> {
  read(keys: readonly string[]): Promise<BulkReading<V>>;
  write(items: readonly FillItem<P>[], ttlMs: number, heldMs: number): Promise<SetOutcome>;
  /** Deletes the frame that holds just these keys. */
  remove(keys: readonly string[]): Awaitable<unknown>;
}

/**
 * One frame that holds many values, each with its generation. For providers of bytes that are asked for many keys at
 * once.
 */
export class BulkFrames<V> implements BulkAccess<V, Uint8Array> {
  private readonly lists: BulkLists;

  private readonly provider: CasProvider<Uint8Array>;
  private readonly generations: GenerationStore;
  private readonly reporter: Reporter;
  private readonly keys: NamespaceKeys;
  /** Only in a namespace with tags. */
  private readonly tags: NamespaceTags | undefined;
  /** Only where others may have tags. */
  private readonly others: NamespaceTags | undefined;
  private readonly bulk: BulkFormat;

  constructor(
    { provider, generations }: EntryStores<Uint8Array>,
    private readonly atomic: AtomicStore | undefined,
    private readonly format: EntryFormat<V, Uint8Array, Uint8Array>,
    { reporter, keys, tags }: BackendEnvironment,
    private readonly weigh: Weigh<Uint8Array> | undefined,
  ) {
    this.provider = provider;
    this.generations = generations;
    this.reporter = reporter;
    this.keys = keys;
    this.lists = new BulkLists(keys);
    this.tags = tags?.isAsked === true ? tags : undefined;
    this.others = this.tags === undefined ? tags : undefined;
    this.bulk = this.tags === undefined ? PLAIN_BULK : TAGGED_BULK;
  }

  /** @param keys without duplicates, at least one */
  async read(keys: readonly string[]): Promise<BulkReading<V>> {
    const list = this.lists.named(keys);
    const { at } = list;
    const asked = this.tags?.ask();
    const { entry, readings } = await this.fetch(list);
    if (entry === undefined) return 'ask-singles';
    if (entry instanceof Error) {
      this.reporter.fault('getBulk', undefined, entry);
      return 'ask-singles';
    }
    const members = this.open(entry, keys);
    if (members instanceof CasUnknownFrameError) {
      this.unknown(entry, keys);
      return 'ask-singles';
    }
    if (members instanceof Error) return this.drop(at, entry, 'corrupt', members);
    this.lists.keep(list);
    const current = await readings();
    if (current instanceof Error) {
      this.reporter.fault('getBulk', undefined, current);
      return 'unavailable';
    }
    const refused = this.tags && (await this.refusalOf(this.tags, keys, members, await asked));
    if (refused === 'tag-invalidated') return this.drop(at, entry, refused);
    return refused === undefined ? this.verify(at, entry, keys, members, current) : 'ask-singles';
  }

  /**
   * Refusal and failure are outcomes: singles hold the values too.
   *
   * @param items whose generations were found current, and live for entries of `heldMs`
   */
  async write(items: readonly FillItem<Uint8Array>[], ttlMs: number, heldMs: number): Promise<SetOutcome> {
    if (ttlMs > heldMs && !(await this.outlive(items, ttlMs))) return 'stale';
    const at = this.keys.bulk(items.map(({ key }) => key));
    const frame = this.bulk.seal(items);
    if (frame === undefined) return 'rejected';
    const cost = this.weigh?.(at, frame, true, items.length);
    const stored = await attempt(
      async () => !(await this.isTaken(at)) && this.provider.set(at, frame, { ttlMs, cost }),
    );
    if (stored instanceof Error) this.reporter.fault('setBulk', undefined, stored);
    return stored === true ? 'stored' : 'rejected';
  }

  remove(keys: readonly string[]): Awaitable<unknown> {
    return this.provider.delete(this.lists.named(keys).at);
  }

  /** As `EntryWriter` looks before it writes. */
  private async isTaken(at: string): Promise<boolean> {
    if (this.provider.reach !== 'process') return false;
    const there = await this.provider.get(at);
    return there !== undefined && this.format.isUnknown(there);
  }

  /** A frame that lives longer than the singles needs generations that do so too. */
  private async outlive(items: readonly FillItem<Uint8Array>[], ttlMs: number): Promise<boolean> {
    const generations = items.map(({ key, observed }) => ({ key: this.keys.generation(key), generation: observed }));
    const extended = await attempt(() => this.generations.extendMany(generations, ttlMs));
    if (!(extended instanceof Error)) return extended.every((match) => match === true);
    this.reporter.fault('setBulk', undefined, extended);
    return false;
  }

  private async fetch({ at, storageKeys }: BulkList): Promise<Fetched> {
    if (this.atomic === undefined) {
      const entry = await attempt(() => this.provider.get(at));
      return { entry, readings: () => attempt(() => this.generations.currentMany(storageKeys)) };
    }
    const { atomic } = this;
    const read = await attempt(() => atomic.readBulk(at, storageKeys));
    return read instanceof Error
      ? { entry: read, readings: () => read }
      : { entry: read.entry, readings: () => read.generations };
  }

  private open(frame: Uint8Array, keys: readonly string[]): readonly Member[] | Error {
    return attemptNow(() => this.bulk.open(frame, keys));
  }

  /**
   * Valid iff every requested member is present, current and decodable. Members that were not asked for are not looked
   * at.
   */
  private verify(
    at: string,
    entry: Uint8Array,
    keys: readonly string[],
    members: readonly Member[],
    readings: readonly (GenerationReading | Error)[],
  ): BulkReading<V> {
    const values: ReadResult<V>[] = [];
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      const member = members[i];
      if (member === undefined) return this.drop(at, entry, 'corrupt');
      let reading = readings[i];
      if (typeof reading !== 'number') {
        this.reporter.fault('getBulk', key, reading);
        // Without an answer for this key the frame can be neither served nor condemned.
        if (!(reading instanceof CasMalformedGenerationError)) return 'ask-singles';
        reading = ABSENT;
      }
      const current = prove(reading, member);
      if (current === undefined) {
        return this.drop(at, entry, reading === ABSENT ? 'generation-absent' : 'stale');
      }
      try {
        // Its tags were asked before.
        const value = this.format.value(key, passed(current, undefined));
        values.push(member.tagged === undefined ? value : new Hit(value, member.gen, member.tagged.tags));
      } catch (cause) {
        return this.drop(at, entry, 'undecodable', cause);
      }
    }
    return values;
  }

  private unknown(frame: Uint8Array, keys: readonly string[]): void {
    const { others } = this;
    const isTagged = others !== undefined && !(attemptNow(() => TAGGED_BULK.open(frame, keys)) instanceof Error);
    if (isTagged) others.meet();
    else warnOfNewerBuild(this.reporter);
  }

  /** What the tags have against the first member that they have anything against. */
  private async refusalOf(
    tags: NamespaceTags,
    keys: readonly string[],
    members: readonly Member[],
    clock: TagClock | undefined,
  ): Promise<MissReason | undefined> {
    for (const [i, member] of members.entries()) {
      // One after the other: what the first has to be caught up with is known to those behind it.
      const judging = member && tags.judge(keys[i] as string, member.tagged, clock);
      const refused = isPromise(judging) ? await judging : judging;
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  /** Drops only this copy, since a newer one may lie behind it. The next read finds that one. */
  private drop(at: string, entry: Uint8Array, reason: UnusableReason, cause?: unknown): 'ask-singles' {
    const { provider } = this;
    const remove = (): Awaitable<unknown> =>
      provider.another === undefined ? provider.delete(at) : provider.another(at, entry);
    heal(this.reporter, undefined, reason, remove, cause);
    return 'ask-singles';
  }
}

function attemptNow<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (cause) {
    return asError(cause);
  }
}

type Member = ParsedEntry<Uint8Array> | undefined;

interface Fetched {
  readonly entry: Uint8Array | undefined | Error;
  /** Asked for only once the frame is known to be one. */
  readonly readings: () => Awaitable<readonly (GenerationReading | Error)[] | Error>;
}
