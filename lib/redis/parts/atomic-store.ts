import type { AtomicReading, AtomicStore, FillAnswer, PendingRead } from '../../contracts/atomic-store.js';
import type { FillPatience } from '../../contracts/fill-patience.js';
import type { Follower } from '../../contracts/follower.js';
import type { Generation, GenerationReading } from '../../contracts/generation-store.js';
import { CasValueError } from '../../errors.js';
import { redactKey } from '../../keys/redact-key.js';
import { asBuffer, fits } from '../cells/entry-bytes.js';
import { isGeneration, issued, issuedOrError, readingOf } from '../cells/generation-cell.js';
import type { GenerationFloor } from '../cells/generation-floor.js';
import type { KeyNames } from '../cells/key-names.js';
import type { Place, Reply } from '../connection/read-batcher.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { SeenKeys } from '../cells/seen-keys.js';
import type { RedisGenerationStore } from './redis-generation-store.js';
import type { Retention } from '../cells/retention.js';
import { wholeMs } from '../cells/retention.js';
import { isRefusal } from '../scripts/redis-errors.js';
import { followerOf } from '../scripts/redis-follower.js';
import { BUMP, EXTEND } from '../scripts/scripts.js';
import { SET_ENTRY, SET_IF } from '../scripts/value-scripts.js';
import type { Argument, ScriptCall } from '../scripts/script-runner.js';
import { TimedAtomicReads } from './timed-atomic-reads.js';
import { dropping, take, takeMany } from './two-key-steps.js';
import type { KeyCall, TwoKeyStep } from './two-key-steps.js';
import { Subset } from '../../common/subset.js';

interface FillItem {
  readonly key: string;
  readonly generation: Generation;
  readonly entry: Uint8Array;
}

interface Fill extends FillItem {
  readonly ttlMs: number;
  readonly patience: FillPatience | undefined;
}

/**
 * Entries and generations in one Redis: one MGET reads both, one script compares and stores, one script bumps and
 * deletes. Where a Cluster cannot do that for both halves of a key, they are taken one by one (see {@link TwoKeyStep}).
 */
export class RedisAtomicStore implements AtomicStore {
  private readonly filling: TwoKeyStep<Fill, unknown>;
  private readonly bumping: TwoKeyStep<KeyCall, unknown>;
  private readonly retention: Retention;
  private readonly floor: GenerationFloor;
  private readonly seen: SeenKeys;
  /** The names of generations by the frozen list of their keys, for as long as a caller keeps that list. */
  private readonly lists = new WeakMap<readonly string[], readonly string[]>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly names: KeyNames,
    { retention, floor, seen }: Pick<RedisGenerationStore, 'retention' | 'floor' | 'seen'>,
  ) {
    this.retention = retention;
    this.floor = floor;
    this.seen = seen;
    this.filling = filling(connection, names, retention);
    this.bumping = dropping(connection, names, BUMP);
  }

  get timed(): Pick<AtomicStore, 'read' | 'readMany'> {
    return new TimedAtomicReads(this.connection.timedReads, this.names, this.floor);
  }

  read(key: string): Promise<AtomicReading> {
    return this.connection.reads.readPair(
      this.names.value(key),
      () => this.names.generation(key),
      (entry, cell) => this.reading(entry, cell, key),
    );
  }

  readTogether(key: string): PendingRead | undefined {
    const place = this.connection.reads.placePair(this.names.value(key), () => this.names.generation(key));
    return place && new PlacedRead(place, this.floor, key);
  }

  isNew(key: string): boolean {
    return !this.seen.add(key) && this.names.together(key);
  }

  /**
   * A server that refuses the script, because it is full or must not write, may still answer a read. So may one while
   * the slot of the key moves.
   */
  readOrIssue(key: string): Promise<AtomicReading> {
    const keys = [this.names.generation(key), this.names.value(key)];
    return this.connection.readOrIssue({ keys, args: this.issuing() }).then(
      (reply) => this.issuedIn(reply as readonly [Reply, Reply, unknown?], key),
      (error: unknown) => {
        if (!isRefusal(error)) throw error;
        this.seen.pause();
        return this.read(key);
      },
    );
  }

  async readMany(keys: readonly string[]): Promise<(AtomicReading | Error)[]> {
    const values = keys.map((key) => this.names.value(key));
    const replies = await this.connection.reads.readMany(values.concat(this.generationsOf(keys)));
    return keys.map((key, i) => {
      const entry = replies[i] ?? null;
      const cell = replies[keys.length + i] ?? null;
      if (entry instanceof Error) return entry;
      return cell instanceof Error ? cell : this.reading(entry, cell, key);
    });
  }

  async readBulk(
    bulkKey: string,
    keys: readonly string[],
  ): Promise<{ entry: Uint8Array | undefined | Error; generations: (GenerationReading | Error)[] }> {
    const replies = await this.connection.reads.readMany([this.names.value(bulkKey), ...this.cellsOf(keys)]);
    const generations = keys.map((key, i) => this.floor.see(readingOf(replies[i + 1] ?? null, key)));
    return { entry: replies[0] ?? undefined, generations };
  }

  fill(
    key: string,
    generation: Generation,
    entry: Uint8Array,
    ttlMs: number,
    patience?: FillPatience,
  ): Promise<FillAnswer> {
    if (!isGeneration(generation)) return Promise.resolve(false);
    if (!fits(entry)) return Promise.reject(tooLarge(key, entry));
    return take(this.filling, { key, generation, entry, ttlMs, patience }, fillAnswer);
  }

  async fillMany(items: readonly FillItem[], ttlMs: number, patience?: FillPatience): Promise<(FillAnswer | Error)[]> {
    const possible = new Subset(items, ({ generation, entry }) => isGeneration(generation) && fits(entry));
    const replies = await takeMany(
      this.filling,
      possible.items.map((item) => ({ ...item, ttlMs, patience })),
    );
    return possible.putBack<unknown, FillAnswer | Error>(
      replies,
      (reply) => (reply instanceof Error ? reply : fillAnswer(reply)),
      ({ key, generation, entry }) => isGeneration(generation) && tooLarge(key, entry),
    );
  }

  invalidate(key: string, follower?: Follower): Promise<Generation> {
    const bumped = (reply: unknown): Generation => this.floor.see(issued(reply));
    return take(this.bumping, { key, args: this.issuing() }, bumped, followerOf(follower, this.connection));
  }

  async invalidateMany(keys: readonly string[], follower?: Follower): Promise<(Generation | Error)[]> {
    const args = this.issuing();
    const calls = keys.map((key) => ({ key, args }));
    return (await takeMany(this.bumping, calls, followerOf(follower, this.connection))).map((reply) =>
      this.floor.see(issuedOrError(reply)),
    );
  }

  private reading(entry: Reply, cell: Reply, key: string): AtomicReading {
    return readingIn(entry, cell, this.floor, key);
  }

  private issuedIn([entry, cell, number]: readonly [Reply, Reply, unknown?], key: string): AtomicReading {
    const reading = this.reading(entry, cell, key);
    const issues = number === undefined ? undefined : this.floor.see(issuedOrError(number));
    return typeof issues === 'number' ? { ...reading, issued: issues } : reading;
  }

  private issuing(): readonly Argument[] {
    return [this.retention.issued, this.floor.value];
  }

  private generationsOf(keys: readonly string[]): string[] {
    return keys.map((key) => this.names.generation(key));
  }

  /** As `generationsOf`, made once for a list that cannot change: such a one comes again. */
  private cellsOf(keys: readonly string[]): readonly string[] {
    if (!Object.isFrozen(keys)) return this.generationsOf(keys);
    const known = this.lists.get(keys);
    if (known !== undefined) return known;
    const cells = this.generationsOf(keys);
    this.lists.set(keys, cells);
    return cells;
  }
}

/** A read of value and generation, in the request that both travel in. */
class PlacedRead implements PendingRead {
  constructor(
    private readonly place: Place<Reply>,
    private readonly floor: GenerationFloor,
    private readonly key: string,
  ) {}

  get request(): number {
    return this.place.batch.number;
  }

  get ended(): Promise<void> {
    return this.place.batch.ended;
  }

  reading(): AtomicReading {
    const { batch, index } = this.place;
    return readingIn(batch.takeAt(index), batch.takeAt(index + 1), this.floor, this.key);
  }
}

function readingIn(entry: Reply, cell: Reply, floor: GenerationFloor, key: string): AtomicReading {
  return { entry: entry ?? undefined, generation: floor.see(readingOf(cell, key)) };
}

/** Compares the generation, and stores the entry if it is current. */
function filling(connection: RedisConnection, names: KeyNames, retention: Retention): TwoKeyStep<Fill, unknown> {
  const both = ({ key, generation, entry, ttlMs }: Fill): ScriptCall => ({
    keys: [names.generation(key), names.value(key)],
    args: [generation, retention.filled(ttlMs), asBuffer(entry), wholeMs(ttlMs)],
  });
  return {
    together: ({ key }) => names.together(key),
    whole: (fill) => connection.scriptsOf(fill.patience).run(SET_IF, both(fill)),
    // All of a call have the same patience.
    wholeMany: (fills) => connection.scriptsOf(fills[0]?.patience).runMany(SET_IF, fills.map(both)),
    halves: async ({ key, generation, entry, ttlMs, patience }) => {
      const extending = { keys: [names.generation(key)], args: [generation, retention.filled(ttlMs)] };
      const reply = await connection.scriptsOf(patience).run(EXTEND, extending);
      if (reply !== STORED) return reply;
      // It compares nothing, so it neither waits nor is sent twice.
      return connection.scripts.run(SET_ENTRY, { keys: [names.value(key)], args: [asBuffer(entry), wholeMs(ttlMs)] });
    },
  };
}

const STORED = 1;
const NEWER_STAYS = 2;

/** What a script answered that stores. */
function fillAnswer(reply: unknown): FillAnswer {
  return reply === NEWER_STAYS ? 'unknown-frame' : reply === STORED;
}

function tooLarge(key: string, entry: Uint8Array): CasValueError {
  return new CasValueError(
    `The entry of key ${redactKey(key)} has ${entry.byteLength} bytes, and Redis takes 512 MiB: cache less under one key.`,
    { key },
  );
}
