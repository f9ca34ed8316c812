import type { AtomicReading, AtomicStore } from '../contracts/atomic-store.js';
import type { Generation, GenerationReading } from '../contracts/generation-store.js';
import { CasValueError } from '../errors.js';
import { redactKey } from '../keys/redact-key.js';
import { asBuffer, fits } from './entry-bytes.js';
import { isGeneration, issued, issuedOrError, readingOf } from './generation-cell.js';
import type { KeyNames } from './key-names.js';
import type { Reply } from './read-batcher.js';
import type { RedisConnection } from './redis-connection.js';
import { asError } from './redis-errors.js';
import type { Retention } from './retention.js';
import { wholeMs } from './retention.js';
import { BUMP, EXTEND, SET_IF } from './scripts.js';
import type { ScriptCall } from './script-runner.js';

interface FillItem {
  readonly key: string;
  readonly generation: Generation;
  readonly entry: Uint8Array;
}

/**
 * Entries and generations in one Redis: one MGET reads both, one script compares and stores, one script bumps and
 * deletes.
 *
 * Keys whose halves have no common slot of a Cluster take single-key steps. The check on every read keeps these safe:
 * an entry is only ever stored under the generation of its own era, so whatever happens between two steps leaves at worst
 * an entry that no read accepts. For the same reason a read may ask for both halves at once, in whichever order they are
 * answered.
 */
export class RedisAtomicStore implements AtomicStore {
  constructor(
    private readonly connection: RedisConnection,
    private readonly names: KeyNames,
    private readonly retention: Retention,
  ) {}

  async read(key: string): Promise<AtomicReading> {
    const { reads } = this.connection;
    const [entry, cell] = await reads.readPair(this.names.value(key), this.names.generation(key));
    return reading(entry, cell, key);
  }

  async readMany(keys: readonly string[]): Promise<(AtomicReading | Error)[]> {
    const { reads } = this.connection;
    const [entries, cells] = await Promise.all([
      reads.readMany(keys.map((key) => this.names.value(key))),
      reads.readMany(keys.map((key) => this.names.generation(key))),
    ]);
    return keys.map((key, i) => {
      const [entry, cell] = [entries[i] ?? null, cells[i] ?? null];
      if (entry instanceof Error) return entry;
      return cell instanceof Error ? cell : reading(entry, cell, key);
    });
  }

  async readBulk(
    bulkKey: string,
    keys: readonly string[],
  ): Promise<{ entry: Uint8Array | undefined | Error; generations: (GenerationReading | Error)[] }> {
    const { reads } = this.connection;
    const [[entry], cells] = await Promise.all([
      reads.readMany([this.names.value(bulkKey)]),
      reads.readMany(keys.map((key) => this.names.generation(key))),
    ]);
    return { entry: entry ?? undefined, generations: keys.map((key, i) => readingOf(cells[i] ?? null, key)) };
  }

  async fill(key: string, generation: Generation, entry: Uint8Array, ttlMs: number): Promise<boolean> {
    if (!isGeneration(generation)) return false;
    if (!fits(entry)) throw tooLarge(key, entry);
    const { connection, names } = this;
    if (names.together(key))
      return (await connection.scripts.run(SET_IF, this.filling(key, generation, entry, ttlMs))) === 1;
    const extending = { keys: [names.generation(key)], args: [generation, this.retention.filled(ttlMs)] };
    if ((await connection.scripts.run(EXTEND, extending)) !== 1) return false;
    await connection.call(['set', names.value(key), asBuffer(entry), 'PX', wholeMs(ttlMs)]);
    return true;
  }

  fillMany(items: readonly FillItem[], ttlMs: number): Promise<(boolean | Error)[]> {
    return inOneStep(items, {
      when: ({ key, generation, entry }) => isGeneration(generation) && fits(entry) && this.names.together(key),
      all: async (some) => {
        const calls = some.map(({ key, generation, entry }) => this.filling(key, generation, entry, ttlMs));
        const replies = await this.connection.scripts.runMany(SET_IF, calls);
        return replies.map((reply) => (reply instanceof Error ? reply : reply === 1));
      },
      one: ({ key, generation, entry }) => this.fill(key, generation, entry, ttlMs),
    });
  }

  async invalidate(key: string): Promise<Generation> {
    const { connection, names } = this;
    const generation = issued(await connection.scripts.run(BUMP, this.bumping(key)));
    // The era is over: an entry that could not be deleted serves nobody.
    if (!names.together(key)) await connection.call(['unlink', names.value(key)]).catch(() => undefined);
    return generation;
  }

  invalidateMany(keys: readonly string[]): Promise<(Generation | Error)[]> {
    return inOneStep(keys, {
      when: (key) => this.names.together(key),
      all: async (some) => {
        const replies = await this.connection.scripts.runMany(
          BUMP,
          some.map((key) => this.bumping(key)),
        );
        return replies.map(issuedOrError);
      },
      one: (key) => this.invalidate(key),
    });
  }

  private filling(key: string, generation: Generation, entry: Uint8Array, ttlMs: number): ScriptCall {
    return {
      keys: [this.names.generation(key), this.names.value(key)],
      args: [generation, this.retention.filled(ttlMs), asBuffer(entry), wholeMs(ttlMs)],
    };
  }

  private bumping(key: string): ScriptCall {
    const cell = this.names.generation(key);
    const keys = this.names.together(key) ? [cell, this.names.value(key)] : [cell];
    return { keys, args: [this.retention.issued] };
  }
}

interface Steps<T, R> {
  readonly when: (item: T) => boolean;
  readonly all: (items: readonly T[]) => Promise<readonly (R | Error)[]>;
  readonly one: (item: T) => Promise<R>;
}

/** What can be done in one step goes together, the rest one by one beside it. Answers in the order of the items. */
async function inOneStep<T, R>(items: readonly T[], { when, all, one }: Steps<T, R>): Promise<(R | Error)[]> {
  const step = all(items.filter(when));
  const answers = await Promise.all(items.map(async (item) => (when(item) ? undefined : one(item).catch(asError))));
  const together = await step;
  let next = 0;
  return answers.map((answer) => answer ?? (together[next++] as R | Error));
}

function reading(entry: Reply, cell: Reply, key: string): AtomicReading {
  return { entry: entry ?? undefined, generation: readingOf(cell, key) };
}

function tooLarge(key: string, entry: Uint8Array): CasValueError {
  return new CasValueError(
    `The entry of key ${redactKey(key)} has ${entry.byteLength} bytes, and Redis takes 512 MiB: cache less under one key.`,
    { key },
  );
}
