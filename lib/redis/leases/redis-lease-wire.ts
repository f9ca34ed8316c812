import { asError } from '../../common/attempt.js';
import { atEndOfTick } from '../../common/timers.js';
import { CasUnavailableError } from '../../errors.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { Argument } from '../scripts/script-runner.js';
import type { Script } from '../scripts/script-text.js';
import { identityText } from './identity.js';
import { acknowledgementText } from './messages.js';
import { leaseScripts, REAP } from './scripts.js';
import { RedisSubscription } from './subscription.js';
import { WRITERS_SHARE } from './wire.js';
import type { AnnounceAnswer, LeaseWire, Subscription, SubscriptionEvents } from './wire.js';

const { hold: HOLD, announce: ANNOUNCE } = leaseScripts('PUBLISH');

/** What identifies a cache among all that share its namespace. */
export interface WireNames {
  readonly namespace: string;
  /** Of this cache, random. */
  readonly writer: string;
  readonly token: () => string;
  readonly deltaMs: number;
}

/**
 * The leases of one namespace on a Redis. Channels know neither databases nor the prefix of a client, so both stand in
 * their names.
 */
export class RedisLeaseWire implements LeaseWire {
  private readonly registry: string;
  private readonly channel: (name: string) => string;
  /** Acknowledgements of this tick: by writer, then by holder. */
  private due = new Map<string, Map<string, string[]>>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly names: WireNames,
  ) {
    this.registry = `${connection.keyPrefix}leases:{${names.namespace}}`;
    const database = connection.nodes.all()[0]?.redis.options.db ?? 0;
    this.channel = (name) => `${this.registry}@${database}:${name}`;
  }

  async hold(holder: string, number: number, former: string): Promise<void> {
    await this.run(HOLD, [holder, number, this.channel(`h:${holder}`), former]);
  }

  async announce(_id: string, message: (writer: string) => string): Promise<AnnounceAnswer> {
    const text = message(this.channel(`w:${this.names.writer}`));
    const youth = Math.ceil(WRITERS_SHARE * this.names.deltaMs);
    const [registry, young, ...holders] = await this.run(ANNOUNCE, [this.channel('a'), text, youth]);
    return { registry: String(registry), young: Number(young), holders: pairsOf(holders) };
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
    if (this.due.size === 0) atEndOfTick(() => this.flush());
    const holders = this.due.get(writer) ?? new Map<string, string[]>();
    this.due.set(writer, holders);
    holders.set(holder, [...(holders.get(holder) ?? []), id]);
  }

  subscribe(holder: string, events: SubscriptionEvents): Subscription {
    const [server] = this.connection.nodes.all();
    if (server === undefined) throw new CasUnavailableError('no server is known that leases could be held at');
    const channels = ['a', `h:${holder}`, `w:${this.names.writer}`].map((name) => this.channel(name));
    return new RedisSubscription(server.redis, channels, events, (error) =>
      this.connection.warn(refusal(this.connection, error)),
    );
  }

  close(): void {
    this.due.clear();
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

  /** Only on a server whose identity is known: a registry says for which one it is. */
  private async run(script: Script, args: readonly Argument[]): Promise<unknown[]> {
    await this.connection.connect();
    const vetted = this.connection.nodes.of(this.registry)?.session?.vetted;
    if (vetted === undefined) {
      throw new CasUnavailableError(
        `${this.connection.where} is not vetted now, so that those who hold read leases cannot be told of an invalidation. It is tried again.`,
      );
    }
    const all = [identityText(vetted), this.names.token(), ...args];
    const answer = this.connection.scripts.run(script, { keys: [this.registry], args: all });
    return (await answer.catch((cause: unknown) => this.rethrow(cause))) as unknown[];
  }
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
