import type { Redis } from 'ioredis';
import { asError } from '../../common/attempt.js';
import { runAfter } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import { leave } from '../connection/leave.js';
import { startConnecting } from '../connection/start-connecting.js';
import { DirectCommands } from '../scripts/direct-commands.js';
import { identityOf } from '../vetting/server-info.js';
import { identityText } from './identity.js';
import type { Subscription, SubscriptionEvents } from './wire.js';

/** So long it may take to be confirmed: a server that stands still accepts connections, and answers nothing. */
const CONFIRM_MS = 5_000;

/**
 * A connection that hears what is published on some channels, from when it is confirmed until it is lost. It is never
 * made anew by itself: what was published meanwhile nobody heard, and that has to be known.
 *
 * Which server it leads to is asked on it before the channels are subscribed to: a connection that does not answer
 * anything else any more could not be told apart from one that was left behind by a failover.
 */
export class RedisSubscription implements Subscription {
  private over = false;
  private readonly redis: Redis;
  private readonly callOff: () => void;

  /** @param refused told of a refusal by the server, which trying again does not change */
  constructor(
    template: Redis,
    private readonly channels: readonly string[],
    private readonly events: SubscriptionEvents,
    private readonly refused: (error: Error) => void,
    timers: Timers,
  ) {
    this.redis = template.duplicate({ lazyConnect: true, retryStrategy: () => null });
    this.redis.on('error', () => undefined);
    this.redis.on('ready', () => void this.begin());
    this.redis.on('close', () => this.lost());
    this.redis.on('end', () => this.lost());
    this.redis.on('message', (_: string, text: string) => {
      if (!this.over) this.events.message(text);
    });
    this.callOff = runAfter(timers, CONFIRM_MS, () => this.lost());
    startConnecting(this.redis);
  }

  end(): void {
    this.over = true;
    this.callOff();
    leave(this.redis);
  }

  private async begin(): Promise<void> {
    try {
      const identity = await identityOf(new DirectCommands(this.redis));
      await this.redis.subscribe(...this.channels);
      this.callOff();
      if (!this.over) this.events.confirmed(identityText(identity));
    } catch (cause) {
      const error = asError(cause);
      if (error.message.startsWith('NOPERM')) this.refused(error);
      this.lost();
    }
  }

  private lost(): void {
    if (this.over) return;
    this.end();
    this.events.lost();
  }
}
