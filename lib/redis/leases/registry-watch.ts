import type { Redis } from 'ioredis';
import { asError } from '../../common/attempt.js';
import { runEvery } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { DirectCommands } from '../scripts/direct-commands.js';
import { refusalIn, refusesKeys } from '../scripts/refused-command.js';
import { registryName } from './registry-name.js';

/** As often as the marker of a server is written. */
const LOOK_MS = 60_000;

interface Watched {
  readonly name: string;
  readonly found: () => void;
}

/**
 * Looks for the registries of namespaces that this process has without the option: when it connects, and every minute.
 *
 * The look is sent before anything else that a new connection carries, so that its answer comes before that of the
 * first invalidation.
 */
export class RegistryWatch {
  private readonly watched = new Set<Watched>();
  private stop: (() => void) | undefined;

  constructor(
    private readonly connection: RedisConnection,
    private readonly timers: Timers,
  ) {
    for (const redis of this.clients()) redis.on('ready', () => this.lookAt(redis));
  }

  add(namespace: string, found: () => void): { close(): void } {
    const one: Watched = { name: registryName(this.connection, namespace), found };
    this.watched.add(one);
    this.stop ??= runEvery(this.timers, LOOK_MS, () => {
      for (const redis of this.clients()) if (redis.status === 'ready') this.lookAt(redis);
    });
    for (const redis of this.clients()) if (redis.status === 'ready') this.look(redis, one);
    return { close: () => this.drop(one) };
  }

  private lookAt(redis: Redis): void {
    for (const one of this.watched) this.look(redis, one);
  }

  private clients(): Redis[] {
    return this.connection.nodes.all().map(({ redis }) => redis);
  }

  /** By a command that its user may run anyhow. One that may not touch such keys is not asked again. */
  private look(redis: Redis, one: Watched): void {
    new DirectCommands(redis).call(['pttl', one.name]).then(
      (ttl) => {
        if (Number(ttl) !== ABSENT && this.drop(one)) one.found();
      },
      (fault: unknown) => {
        const error = asError(fault);
        if (refusesKeys(error) || refusalIn(error, []) !== undefined) this.drop(one);
      },
    );
  }

  private drop(one: Watched): boolean {
    const was = this.watched.delete(one);
    if (this.watched.size > 0) return was;
    this.stop?.();
    this.stop = undefined;
    return was;
  }
}

/** What PTTL answers for no key. */
const ABSENT = -2;
