import type { FillPatience } from '../../contracts/fill-patience.js';
import { OPEN } from '../../contracts/generation-store.js';
import type { Generation, GenerationReading, GenerationStore } from '../../contracts/generation-store.js';
import type { InspectedGeneration } from '../../contracts/inspection.js';
import type { IntentStore } from '../../contracts/intent-store.js';
import type { LoadLeases } from '../../contracts/load-leases.js';
import type { Follower } from '../../contracts/follower.js';
import type { ServerPing } from '../../contracts/server-ping.js';
import type { ReadLeases } from '../../contracts/read-leases.js';
import type { TagStores } from '../../contracts/tag-store.js';
import { isGeneration, issued, issuedOrError, readCell, readingOf, writersIn } from '../cells/generation-cell.js';
import { GenerationFloor } from '../cells/generation-floor.js';
import { now } from '../../common/timers.js';
import { KeyNames } from '../cells/key-names.js';
import { SeenKeys } from '../cells/seen-keys.js';
import { pingServers } from '../connection/ping.js';
import { RedisConnection } from '../connection/redis-connection.js';
import type { RedisConnectionOptions } from '../connection/redis-connection.js';
import { RedisReadLeases } from '../leases/redis-read-leases.js';
import { RedisIntents } from './redis-intents.js';
import { RedisLoadLeases } from './redis-load-leases.js';
import { RedisTags } from './redis-tags.js';
import type { RedisSource } from '../connection/redis-source.js';
import { shortMessage, tellShort } from '../../common/options/option.js';
import { Retention } from '../cells/retention.js';
import type { RetentionOptions } from '../cells/retention.js';
import { scanMasters } from './scan-masters.js';
import { followerOf } from '../scripts/redis-follower.js';
import { BUMP, CLEAR_CELL, EXTEND, SNAPSHOT } from '../scripts/scripts.js';
import type { ScriptCall } from '../scripts/script-runner.js';
import { Subset } from '../../common/subset.js';

export interface RedisGenerationStoreOptions extends RedisConnectionOptions, RetentionOptions {}

/**
 * Holds generations in Redis, where every replica of the application sees them. Each key has a cell of its own, and
 * each step is one script on it. Cells expire; a key whose cell is gone is a miss.
 *
 * @throws CasConfigError as {@link RedisConnection} does
 * @throws CasTtlError for a duration that is not positive
 */
export class RedisGenerationStore implements GenerationStore {
  readonly reach = 'shared';
  readonly intents: IntentStore;
  readonly leases: LoadLeases;
  readonly readLeases: ReadLeases;
  readonly tags: TagStores;
  /** @internal */
  readonly connection: RedisConnection;
  /** @internal */
  readonly retention: Retention;
  /** @internal */
  readonly floor: GenerationFloor;
  /** @internal */
  readonly seen = new SeenKeys();
  private readonly owned: boolean;
  private readonly names: KeyNames;

  constructor(redis: RedisConnection | RedisSource, options: RedisGenerationStoreOptions = {}) {
    this.retention = new Retention(options, (name, ms) => {
      if (options.onWarning === undefined) tellShort(name, ms);
      else options.onWarning(shortMessage(name, ms));
    });
    ({ connection: this.connection, owned: this.owned } = RedisConnection.for(redis, options));
    this.names = new KeyNames(this.connection.keyPrefix, this.connection.isCluster);
    this.floor = new GenerationFloor(this.connection.warn);
    this.intents = new RedisIntents(this.connection, this.names, this.retention, this.floor);
    this.leases = new RedisLoadLeases(this.connection, this.names);
    this.readLeases = new RedisReadLeases(this.connection);
    this.tags = new RedisTags(this.connection, this.names, this.floor);
  }

  get fillDeadlineMs(): number {
    return this.retention.fillDeadline;
  }

  expectLoads(ms: number): void {
    this.retention.expectLoads(ms);
  }

  async current(key: string): Promise<GenerationReading> {
    return this.floor.see(readCell(await this.connection.reads.read(this.names.generation(key)), key));
  }

  async currentMany(keys: readonly string[]): Promise<(GenerationReading | Error)[]> {
    const cells = await this.connection.reads.readMany(keys.map((key) => this.names.generation(key)));
    return keys.map((key, i) => this.floor.see(readingOf(cells[i] ?? null, key)));
  }

  async inspect(key: string): Promise<InspectedGeneration> {
    const name = this.names.generation(key);
    const cell = await this.connection.reads.read(name);
    const reading = readCell(cell, key);
    if (cell === null || reading !== OPEN) return { reading, writers: 0, openForMs: 0 };
    return { reading, ...writersIn(cell, Number(await this.connection.call(['pttl', name]))) };
  }

  async snapshot(key: string): Promise<Generation> {
    return this.floor.see(issued(await this.connection.scripts.run(SNAPSHOT, this.issuing(key))));
  }

  async snapshotMany(keys: readonly string[]): Promise<(Generation | Error)[]> {
    const replies = await this.connection.scripts.runMany(
      SNAPSHOT,
      keys.map((key) => this.issuing(key)),
    );
    return replies.map((reply) => this.floor.see(issuedOrError(reply)));
  }

  async bump(key: string, follower?: Follower): Promise<Generation> {
    const behind = followerOf(follower, this.connection);
    return this.floor.see(issued(await this.connection.durable.run(BUMP, this.issuing(key), behind)));
  }

  async bumpMany(keys: readonly string[], follower?: Follower): Promise<(Generation | Error)[]> {
    const replies = await this.connection.durable.runMany(
      BUMP,
      keys.map((key) => this.issuing(key)),
      followerOf(follower, this.connection),
    );
    return replies.map((reply) => this.floor.see(issuedOrError(reply)));
  }

  async extend(key: string, generation: Generation, ttlMs: number, patience?: FillPatience): Promise<boolean> {
    if (!isGeneration(generation)) return false;
    return (await this.connection.scriptsOf(patience).run(EXTEND, this.extending(key, generation, ttlMs))) === 1;
  }

  async extendMany(
    items: readonly { readonly key: string; readonly generation: Generation }[],
    ttlMs: number,
    patience?: FillPatience,
  ): Promise<(boolean | Error)[]> {
    const possible = new Subset(items, ({ generation }) => isGeneration(generation));
    const calls = possible.items.map(({ key, generation }) => this.extending(key, generation, ttlMs));
    const replies = await this.connection.scriptsOf(patience).runMany(EXTEND, calls);
    return possible.putBack<unknown, boolean | Error>(
      replies,
      (reply) => (reply instanceof Error ? reply : reply === 1),
      () => false,
    );
  }

  /** @throws CasClearError when some may be left */
  clear(prefix: string): Promise<void> {
    const clear = (): Promise<void> => this.clearOnce(prefix);
    // Its pages take as long as they take: what counts is how long ago the connection was lost.
    return clear().catch((fault: unknown) => this.connection.persistence.after(fault, now(), clear));
  }

  private clearOnce(prefix: string): Promise<void> {
    return scanMasters(this.connection, {
      pattern: this.names.generationPattern(prefix),
      wanted: (name) => this.names.isGenerationOf(name, prefix),
      visit: async (names) => {
        const replies = await this.connection.durable.runMany(
          CLEAR_CELL,
          names.map((name) => ({ keys: [name], args: [this.floor.value] })),
        );
        const fault = replies.find((reply) => reply instanceof Error);
        if (fault !== undefined) throw fault;
      },
    });
  }

  expectDeadline(ms: number): void {
    this.connection.persistence.expect(ms);
  }

  /** The node of a Cluster that has the generation of the key; `undefined` where there is but one server. */
  partOf(key: string): string | undefined {
    return this.connection.partOf(this.names.generation(key));
  }

  ping(ms: number): Promise<readonly ServerPing[]> {
    return pingServers(this.connection, ms);
  }

  async close(): Promise<void> {
    if (this.owned) await this.connection.close();
  }

  private issuing(key: string): ScriptCall {
    return { keys: [this.names.generation(key)], args: [this.retention.issued, this.floor.value] };
  }

  private extending(key: string, generation: Generation, ttlMs: number): ScriptCall {
    return { keys: [this.names.generation(key)], args: [generation, this.retention.filled(ttlMs)] };
  }
}
