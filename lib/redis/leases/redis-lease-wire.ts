import { asError, attempt } from '../../common/attempt.js';
import { atEndOfTick } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import type { Follower } from '../../contracts/follower.js';
import { CasUnavailableError } from '../../errors.js';
import { tagClockKey } from '../../keys/storage-keys.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { RedisFollower } from '../scripts/redis-follower.js';
import type { KnownServer } from '../scripts/redis-follower.js';
import type { Argument, Command, ScriptCall } from '../scripts/script-runner.js';
import type { Script } from '../scripts/script-text.js';
import { identityText } from './identity.js';
import { acknowledgementText, announcementText } from './messages.js';
import { registryName } from './registry-name.js';
import { leaseScripts, REAP } from './scripts.js';
import { RedisSubscription } from './subscription.js';
import { WRITERS_SHARE } from './wire.js';
import type { AnnounceAnswer, AnnouncementText, LeaseWire, Subscription, SubscriptionEvents } from './wire.js';

const { hold: HOLD, announce: ANNOUNCE } = leaseScripts('PUBLISH');

/** What identifies a cache among all that share its namespace. */
export interface WireNames {
  readonly namespace: string;
  /** Of this cache, random. */
  readonly writer: string;
  readonly token: () => string;
  readonly deltaMs: number;
  readonly timers: Timers;
}

/**
 * The leases of one namespace on a Redis. Channels know neither databases nor the prefix of a client, so both stand in
 * their names.
 */
export class RedisLeaseWire implements LeaseWire {
  private readonly registry: string;
  /** Of the namespace's tags, where it has them. */
  private readonly clock: string;
  private readonly channel: (name: string) => string;
  private readonly ownChannel: string;
  /** Why the first subscription was refused, if it was. */
  private readonly first: Promise<string | undefined>;
  private decideFirst: (refused: string | undefined) => void = () => undefined;
  /** Acknowledgements of this tick: by writer, then by holder. */
  private due = new Map<string, Map<string, string[]>>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly names: WireNames,
  ) {
    this.first = new Promise((resolve) => (this.decideFirst = resolve));
    connection.scripts.preload([HOLD, ANNOUNCE, REAP]);
    this.registry = registryName(connection, names.namespace);
    this.clock = connection.keyPrefix + tagClockKey(names.namespace, connection.keyPrefix);
    const database = connection.nodes.all()[0]?.redis.options.db ?? 0;
    this.channel = (name) => `${this.registry}@${database}:${name}`;
    this.ownChannel = this.channel(`w:${names.writer}`);
  }

  get waitsForReplicas(): boolean {
    return this.connection.failover.waitReplicas > 0;
  }

  async hold(holder: string, number: number, former: string): Promise<void> {
    const args = [holder, number, this.channel(`h:${holder}`), former];
    await this.run(HOLD, { keys: [this.registry], args });
  }

  async announce(_id: string, text: AnnouncementText): Promise<AnnounceAnswer> {
    return announced(await this.run(ANNOUNCE, this.announcing(text)));
  }

  follower(_id: string, text: AnnouncementText, answered: (answer: AnnounceAnswer) => void): Follower {
    const { connection } = this;
    const { keys, args } = this.announcing(text);
    const make = (server: KnownServer): Command =>
      connection.scripts.commandOf(ANNOUNCE, { keys, args: this.toldTo(server, args) });
    // An error may be told in its own trip, where it is explained; or that goes well, and the server has the script.
    return new RedisFollower(connection, make, (reply) => {
      if (Array.isArray(reply)) answered(announced(reply));
    });
  }

  async reap(registry: string, holders: ReadonlyMap<string, string>): Promise<number> {
    const args = [registry, ...[...holders].flat()];
    return Number(await this.connection.scripts.run(REAP, { keys: [this.registry], args }));
  }

  async look(): Promise<{ registry: string; holders: ReadonlyMap<string, string> } | undefined> {
    const reply = (await this.connection.call(['hgetall', this.registry])) as object;
    const fields = Array.isArray(reply) ? pairsOf(reply) : new Map(Object.entries(reply as Record<string, string>));
    const registry = fields.get('id');
    if (registry === undefined) return undefined;
    const named = [...fields].filter(([field]) => field.startsWith('h:'));
    return { registry, holders: new Map(named.map(([field, number]) => [field.slice(2), number])) };
  }

  acknowledge(writer: string, holder: string, id: string): void {
    // This very cache: it waits for others alone.
    if (writer === this.ownChannel) return;
    if (this.due.size === 0) atEndOfTick(() => this.flush());
    const holders = this.due.get(writer) ?? new Map<string, string[]>();
    this.due.set(writer, holders);
    holders.set(holder, [...(holders.get(holder) ?? []), id]);
  }

  subscribe(holder: string, events: SubscriptionEvents): Subscription {
    const [server] = this.connection.nodes.all();
    if (server === undefined) throw new CasUnavailableError('no server is known that leases could be held at');
    const channels = [this.channel('a'), this.channel(`h:${holder}`), this.ownChannel];
    const refused = (error: Error): void => {
      const text = refusal(this.connection, error);
      this.connection.warn(text);
      this.decideFirst(text);
    };
    const confirmed = (identity: string): void => {
      this.decideFirst(undefined);
      events.confirmed(identity);
    };
    return new RedisSubscription(server.redis, channels, { ...events, confirmed }, refused, this.names.timers);
  }

  /** By an announcement of nothing, which holders acknowledge as any other, and by the first subscription. */
  async probe(): Promise<string | undefined> {
    const told = await attempt(() => this.announce('', announcementText('', [])));
    if (told instanceof Error) return isRefused(told) ? told.message : undefined;
    return this.first;
  }

  close(): void {
    this.due.clear();
    this.decideFirst(undefined);
  }

  private flush(): void {
    const { due } = this;
    this.due = new Map();
    for (const [writer, holders] of due) {
      for (const [holder, ids] of holders) {
        // What is lost is waited for in vain, for as long as a lease lasts.
        this.connection.call(['publish', writer, acknowledgementText(holder, ids)]).catch(() => undefined);
      }
    }
  }

  /** A user that may do all else of the cache lacks what leases take besides. */
  private rethrow(cause: unknown): never {
    const error = asError(cause);
    if (!isRefused(error)) throw error;
    throw new CasUnavailableError(refusal(this.connection, error), { cause: error });
  }

  private announcing({ to, isClocked }: AnnouncementText): ScriptCall {
    const { registry, clock } = this;
    const args = [this.channel('a'), to(this.ownChannel), Math.ceil(WRITERS_SHARE * this.names.deltaMs)];
    return { keys: isClocked ? [registry, clock] : [registry], args };
  }

  /**
   * A registry says which server it is for, and is made anew by a process that finds that of another. So a script is
   * told of the server that it is sent to, never of the one that there was when it was thought of.
   */
  private toldTo(server: KnownServer, args: readonly Argument[]): readonly Argument[] {
    return [identityText(server), this.names.token(), ...args];
  }

  /** Only on a server that is known. A script that the server does not have is told anew as well. */
  private async run(script: Script, { keys, args }: ScriptCall): Promise<unknown[]> {
    const { connection, registry } = this;
    await connection.connect();
    const call = ([name, text]: Command): Promise<unknown> =>
      connection.callKnown(registry, (server) => [
        name,
        text as string,
        keys.length,
        ...keys,
        ...this.toldTo(server, args),
      ]);
    const answer = connection.scripts.sendingBy(call).run(script, { keys, args });
    return (await answer.catch((cause: unknown) => this.rethrow(cause))) as unknown[];
  }
}

function announced([registry, young, ...holders]: readonly unknown[]): AnnounceAnswer {
  return { registry: String(registry), young: Number(young), holders: pairsOf(holders) };
}

function pairsOf(list: readonly unknown[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (let i = 0; i + 1 < list.length; i += 2) pairs.set(String(list[i]), String(list[i + 1]));
  return pairs;
}

const RIGHTS = '+hget +hset +hmget +hgetall +hdel +del +publish +subscribe';

function isRefused(error: Error): boolean {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    if (/NOPERM|ACL failure|can't (?:run this command|access|publish)|may not (?:run|touch)/.test(one.message))
      return true;
  }
  return false;
}

function refusal({ where, keyPrefix }: RedisConnection, error: Error): string {
  const name = `${keyPrefix}leases:*`;
  return `${where} refuses read leases to its user: besides what the cache needs anyway, allow ${RIGHTS} ~${name} and the channels &${name} (${error.message.trim()}). Without them hits ask, and invalidations of a namespace with readLease fail.`;
}
