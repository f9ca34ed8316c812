import { tracingChannel } from 'node:diagnostics_channel';
import { randomUUID } from 'node:crypto';
import type { CasHooks, LoadBeginEvent } from '../contracts/hooks.js';

/** The name of the `TracingChannel` of `node:diagnostics_channel` on which loads are published. */
export const LOAD_CHANNEL = 'nestjs-cascache:load';

/** What a subscriber gets. Neither the value nor a key is in it. */
export interface LoadMessage {
  /** Channels are those of the process: this names the application, differently in each. */
  readonly application: string;
  readonly namespace: string;
  readonly id: number;
  /** How many keys are loaded. */
  readonly keys: number;
  readonly refresh: boolean;
}

/**
 * Publishes each call of a loader on {@link LOAD_CHANNEL}, for tools that subscribe to such channels: give it to
 * `forRoot({ hooks })`. Costs a look while none does.
 */
export class LoadChannel implements CasHooks {
  readonly events = [] as const;
  private readonly channel = tracingChannel<unknown, LoadMessage>(LOAD_CHANNEL);
  private readonly application: string;

  /** @param application names the application to subscribers. Default: a random name */
  constructor(application: string = randomUUID()) {
    this.application = application;
  }

  onEvent(): void {
    // It asks for none.
  }

  aroundLoad({ namespace, id, keys, refresh }: LoadBeginEvent, next: () => Promise<unknown>): unknown {
    const { channel, application } = this;
    const { start, end, asyncStart, asyncEnd, error } = channel;
    if (![start, end, asyncStart, asyncEnd, error].some(({ hasSubscribers }) => hasSubscribers)) return next();
    const message: LoadMessage = { application, namespace, id, keys: keys.length, refresh };
    // The value stays out of the message, where `tracePromise` would put it as `result`.
    let answer: Promise<unknown> | undefined;
    const silent = channel.tracePromise(async () => {
      answer = next();
      await answer;
    }, message);
    silent.catch(() => undefined);
    return answer;
  }
}
