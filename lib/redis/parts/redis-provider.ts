import type { AtomicStore } from '../../contracts/atomic-store.js';
import type { GenerationStore } from '../../contracts/generation-store.js';
import type { CasProvider, SetOptions } from '../../contracts/provider.js';
import { RedisAtomicStore } from './atomic-store.js';
import { asBuffer, fits } from '../cells/entry-bytes.js';
import { KeyNames } from '../cells/key-names.js';
import { asError } from '../../common/attempt.js';
import { isOutOfMemory } from '../scripts/redis-errors.js';
import { RedisConnection } from '../connection/redis-connection.js';
import type { RedisConnectionOptions } from '../connection/redis-connection.js';
import { RedisGenerationStore } from './redis-generation-store.js';
import type { RedisSource } from '../connection/redis-source.js';
import { wholeMs } from '../cells/retention.js';
import { scanMasters } from './scan-masters.js';
import type { Command } from '../scripts/script-runner.js';

export type RedisProviderOptions = RedisConnectionOptions;

/**
 * Holds entries in Redis, under their storage keys. A full server that evicts nothing refuses entries; that is no fault.
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
    const stored = stores(await this.connection.call(this.setCommand(key, entry, ttlMs)).catch(asError));
    if (stored instanceof Error) throw stored;
    if (!stored) await this.delete(key);
    return stored;
  }

  async setMany(
    items: readonly { readonly key: string; readonly entry: Uint8Array }[],
    { ttlMs }: { readonly ttlMs: number },
  ): Promise<(boolean | Error)[]> {
    const replies = await this.connection.callMany(items.map(({ key, entry }) => this.setCommand(key, entry, ttlMs)));
    const stored = replies.map(stores);
    // Refused means that no earlier entry remains either.
    const refused = items.filter((_, i) => stored[i] === false);
    if (refused.length > 0) await this.deleteMany(refused.map(({ key }) => key));
    return stored;
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
    return scanMasters(this.connection, {
      pattern: this.names.valuePattern(prefix),
      wanted: (name) => this.names.isValueOf(name, prefix),
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
    return new RedisAtomicStore(this.connection, this.names, generations.retention);
  }

  private setCommand(key: string, entry: Uint8Array, ttlMs: number): Command {
    // An entry beyond what the protocol can carry would cost the connection: it is refused here, as a delete.
    if (!fits(entry)) return this.unlinkCommand(key);
    return ['set', this.names.value(key), asBuffer(entry), 'PX', wholeMs(ttlMs)];
  }

  private unlinkCommand(key: string): Command {
    return ['unlink', this.names.value(key)];
  }
}

/** What the reply to a SET means. A server without room for the entry refuses it. */
function stores(reply: unknown): boolean | Error {
  if (isOutOfMemory(reply)) return false;
  return reply instanceof Error ? reply : reply === 'OK';
}
