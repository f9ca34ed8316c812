import type { AtomicStore } from '../../contracts/atomic-store.js';
import type { GenerationStore } from '../../contracts/generation-store.js';
import type { CasProvider, SetOptions } from '../../contracts/provider.js';
import { RedisAtomicStore } from './atomic-store.js';
import { asBuffer, fits } from '../cells/entry-bytes.js';
import { ErasedNames } from '../cells/erased-names.js';
import { KeyNames } from '../cells/key-names.js';
import { isOutOfMemory } from '../scripts/redis-errors.js';
import { REFUSE_ENTRY, SET_ENTRY, UNLINK_BULK } from '../scripts/value-scripts.js';
import { RedisConnection } from '../connection/redis-connection.js';
import type { RedisConnectionOptions } from '../connection/redis-connection.js';
import { RedisGenerationStore } from './redis-generation-store.js';
import type { RedisSource } from '../connection/redis-source.js';
import { Subset } from '../../common/subset.js';
import { wholeMs } from '../cells/retention.js';
import { scanMasters } from './scan-masters.js';
import type { Command, ScriptCall } from '../scripts/script-runner.js';
import { HEADER_BYTES } from '../../wire/layout.js';

export type RedisProviderOptions = RedisConnectionOptions;

/**
 * Holds entries in Redis, under their storage keys. A full server that evicts nothing refuses entries; that is no
 * fault.
 *
 * @throws CasConfigError as {@link RedisConnection} does
 */
export class RedisProvider implements CasProvider<Uint8Array> {
  readonly holds = 'bytes';
  readonly reach = 'shared';
  private readonly connection: RedisConnection;
  private readonly owned: boolean;
  private readonly names: KeyNames;

  constructor(redis: RedisConnection | RedisSource, options: RedisProviderOptions = {}) {
    ({ connection: this.connection, owned: this.owned } = RedisConnection.for(redis, options));
    this.names = new KeyNames(this.connection.keyPrefix, this.connection.isCluster);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.connection.reads.read(this.names.value(key))) ?? undefined;
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined | Error)[]> {
    const entries = await this.connection.reads.readMany(keys.map((key) => this.names.value(key)));
    return entries.map((entry) => entry ?? undefined);
  }

  async set(key: string, entry: Uint8Array, { ttlMs }: SetOptions): Promise<boolean> {
    const [stored] = await this.setMany([{ key, entry }], { ttlMs });
    if (stored instanceof Error) throw stored;
    return stored === true;
  }

  async setMany(
    items: readonly { readonly key: string; readonly entry: Uint8Array }[],
    { ttlMs }: { readonly ttlMs: number },
  ): Promise<(boolean | Error)[]> {
    // An entry beyond what the protocol can carry would cost the connection.
    const fitting = new Subset(items, ({ entry }) => fits(entry));
    const replies = await this.connection.scripts.runMany(
      SET_ENTRY,
      fitting.items.map(({ key, entry }) => ({
        keys: [this.names.value(key)],
        args: [asBuffer(entry), wholeMs(ttlMs)],
      })),
    );
    const stored = fitting.putBack(replies, stores, () => 'refused' as const);
    // Refused means that no earlier entry remains either.
    const refused = items.filter((_, i) => stored[i] === 'refused');
    await this.connection.scripts.runMany(
      REFUSE_ENTRY,
      refused.map(({ key, entry }): ScriptCall => ({ keys: [this.names.value(key)], args: [kindOf(entry)] })),
    );
    return stored.map((answer) => (answer instanceof Error ? answer : answer === 'stored'));
  }

  async remainingTtl(key: string): Promise<number | undefined> {
    const left = Number(await this.connection.call(['pttl', this.names.value(key)]));
    if (left === -2) return undefined;
    return left === -1 ? Number.POSITIVE_INFINITY : left;
  }

  async delete(key: string): Promise<void> {
    await this.connection.call(this.unlinkCommand(key));
  }

  async deleteMany(keys: readonly string[]): Promise<(undefined | Error)[]> {
    const replies = await this.connection.callMany(keys.map((key) => this.unlinkCommand(key)));
    return replies.map((reply) => (reply instanceof Error ? reply : undefined));
  }

  /** @throws CasClearError when some may be left */
  clear(prefix: string): Promise<void> {
    return this.unlinkAll(this.names.valuePattern(prefix), (name) => this.names.isValueOf(name, prefix));
  }

  /**
   * In one pass over the keys, which `clear` would make for each kind of entry and each way to begin.
   *
   * @throws CasClearError when some may be left
   */
  clearNamespace(namespace: string): Promise<void> {
    return this.unlinkAll(this.names.entryPattern(namespace), (name) => this.names.isEntryOf(name, namespace));
  }

  /**
   * In one pass over the keys. A bulk entry goes if it has one of the keys for a member, or if its frame is none that
   * this build can read.
   *
   * @throws CasClearError when some may be left
   */
  erase(namespace: string, keys: readonly string[]): Promise<void> {
    const erased = new ErasedNames(this.names, namespace, keys);
    const members = keys.length > MOST_MEMBERS ? [] : keys.map(memberBytes);
    return scanMasters(this.connection, {
      pattern: erased.pattern,
      wanted: (name) => erased.isBulk(name) || erased.isSingle(name),
      visit: async (found) => {
        const singles = found.filter((name) => !erased.isBulk(name));
        const bulks = found.filter((name) => erased.isBulk(name)).map((name) => ({ keys: [name], args: members }));
        const replies = [
          ...(await this.connection.callMany(singles.map((name): Command => ['unlink', name]))),
          ...(await this.connection.scripts.runMany(UNLINK_BULK, bulks)),
        ];
        const fault = replies.find((reply) => reply instanceof Error);
        if (fault !== undefined) throw fault;
      },
    });
  }

  private unlinkAll(pattern: string, wanted: (name: string) => boolean): Promise<void> {
    return scanMasters(this.connection, {
      pattern,
      wanted,
      visit: async (names) => {
        const replies = await this.connection.callMany(names.map((name): Command => ['unlink', name]));
        const fault = replies.find((reply) => reply instanceof Error);
        if (fault !== undefined) throw fault;
      },
    });
  }

  async close(): Promise<void> {
    if (this.owned) await this.connection.close();
  }

  atomicWith(generations: GenerationStore): AtomicStore | undefined {
    if (!(generations instanceof RedisGenerationStore)) return undefined;
    if (!generations.connection.reaches(this.connection)) return undefined;
    return new RedisAtomicStore(this.connection, this.names, generations);
  }

  private unlinkCommand(key: string): Command {
    return ['unlink', this.names.value(key)];
  }
}

/** The kind of a frame; 0, which none is of, for what is too short for one. */
function kindOf(entry: Uint8Array): number {
  return entry[HEADER_BYTES - 1] ?? 0;
}

/** Looking for more in every frame would hold up the server: then all bulk entries of the namespace go. */
const MOST_MEMBERS = 100;

/** A key as it stands in a bulk frame. */
function memberBytes(key: string): Buffer {
  const bytes = Buffer.from(key);
  const framed = Buffer.allocUnsafe(2 + bytes.length);
  framed.writeUInt16BE(bytes.length);
  framed.set(bytes, 2);
  return framed;
}

/** What the reply to a store means. A server without room for the entry refuses it; a newer build's frame stays. */
function stores(reply: unknown): 'stored' | 'refused' | 'kept' | Error {
  if (isOutOfMemory(reply)) return 'refused';
  if (reply instanceof Error) return reply;
  return reply === 1 ? 'stored' : 'kept';
}
