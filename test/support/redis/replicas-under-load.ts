import { setImmediate as turn } from 'node:timers/promises';

import type { CasCacheService } from '../../../lib/core/cas-cache.js';
import type { RedisSource } from '../../../lib/redis/connection/redis-source.js';
import { RecordedEvents } from '../core/recorded-events.js';
import { until } from './until.js';
import { WatchedCache } from './watched-cache.js';

const NAMESPACE = 'load';
const WORKERS = 4;

/** Who writes a key: with an invalidation after the write, or under an intent. Then reads are held to more. */
export type Writing = 'invalidating' | 'under intents';

/**
 * Two replicas of an application that read and write rows of one database as fast as they can. A row is its version.
 *
 * A read is stale if it began after the write of a newer version was acknowledged; where writers use intents, after it
 * was committed.
 */
export class ReplicasUnderLoad {
  readonly events = new RecordedEvents();
  /** Each read that got less than it had to. */
  readonly stale: string[] = [];
  /** What reads and writes threw. */
  readonly errors: unknown[] = [];
  private readonly committed = new Map<string, number>();
  private readonly acknowledged = new Map<string, number>();
  private readonly done = new Map<string, number>();
  private readonly replicas: readonly WatchedCache<number>[];
  private running: Promise<unknown> | undefined;
  private stopping = false;

  constructor(
    source: RedisSource,
    private readonly keys: ReadonlyMap<string, Writing>,
  ) {
    const { events } = this;
    this.replicas = [0, 1].map(() => new WatchedCache(source, { namespace: NAMESPACE, timeout: '5s', events }));
  }

  start(): void {
    const workers = Array.from({ length: WORKERS }, (_, n) => this.work(n));
    this.running = Promise.all(workers);
  }

  /** Resolves when every key was read and written often since this was called. */
  async goesOn(): Promise<void> {
    const before = new Map(this.done);
    const grown = (what: string): boolean => (this.done.get(what) ?? 0) - (before.get(what) ?? 0) >= 8;
    await until(
      () => [...this.keys.keys()].every((key) => ['read', 'write', 'bulk'].every((what) => grown(`${what} ${key}`))),
      'every key was read and written again',
    );
  }

  /** Lets the work go on, and says what went wrong with it; undefined when nothing did and every key was hit. */
  async trouble(): Promise<readonly unknown[] | undefined> {
    const { errors, events, stale } = this;
    errors.length = 0;
    events.forget();
    await this.goesOn();
    const hit = new Set(events.of('hit').map(({ key }) => key));
    const notHit = [...this.keys.keys()].filter((key) => !hit.has(key)).map((key) => `${key} was never hit`);
    const found = [...stale, ...errors, ...events.of('fault'), ...events.of('breaker'), ...notHit];
    return found.length === 0 ? undefined : found;
  }

  async close(): Promise<void> {
    this.stopping = true;
    await this.running;
    await Promise.all(this.replicas.map((replica) => replica.close()));
  }

  private async work(worker: number): Promise<void> {
    const { cache } = this.replicas[worker % this.replicas.length] as WatchedCache<number>;
    const keys = [...this.keys.keys()];
    for (let n = worker; !this.stopping; n++) {
      const key = keys[n % keys.length] as string;
      const turns = Math.floor(n / keys.length) % 8;
      try {
        if (turns === worker) await this.write(cache, key);
        else if (turns === 7) await this.readMany(cache, keys);
        else await this.read(cache, key);
      } catch (error) {
        this.errors.push(error);
      }
    }
  }

  private async read(cache: CasCacheService<number>, key: string): Promise<void> {
    const least = this.least(key);
    this.check(key, least, await cache.getOrLoad(key, () => this.load(key)));
    this.count('read', key);
  }

  private async readMany(cache: CasCacheService<number>, keys: readonly string[]): Promise<void> {
    const least = keys.map((key) => this.least(key));
    const { values } = await cache.getBulk(keys);
    keys.forEach((key, i) => {
      this.check(key, least[i] as number, values.get(key));
      this.count('bulk', key);
    });
  }

  private async write(cache: CasCacheService<number>, key: string): Promise<void> {
    let version = 0;
    const commit = (): void => {
      version = (this.committed.get(key) ?? 0) + 1;
      this.committed.set(key, version);
    };
    if (this.keys.get(key) === 'under intents') {
      await cache.withWriteIntent(key, commit);
    } else {
      commit();
      await cache.invalidate(key);
    }
    this.acknowledged.set(key, Math.max(version, this.acknowledged.get(key) ?? 0));
    this.count('write', key);
  }

  /** Takes its time after it has seen the row, so that a writer can get ahead of it. */
  private async load(key: string): Promise<number> {
    const version = this.committed.get(key) ?? 0;
    await turn();
    return version;
  }

  private least(key: string): number {
    const versions = this.keys.get(key) === 'under intents' ? this.committed : this.acknowledged;
    return versions.get(key) ?? 0;
  }

  private check(key: string, least: number, found: number | undefined): void {
    if (found !== undefined && found < least) this.stale.push(`${key}: ${found} instead of ${least}`);
  }

  private count(what: string, key: string): void {
    const name = `${what} ${key}`;
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
  }
}
