import type { Awaitable } from '../../contracts/awaitable.js';
import type { IntentStore, SettledIntent } from '../../contracts/intent-store.js';
import type { Follower } from '../../contracts/follower.js';
import { CasConfigError } from '../../errors.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import { askOptional } from '../support/ask-optional.js';
import type { Guard } from '../support/guard.js';
import type { Reporter } from '../support/reporter.js';
import { inChunks } from '../support/in-chunks.js';
import { attempt } from '../../common/attempt.js';

/**
 * The store of intents, by the caller's keys: answers within the deadline (of very many keys, in turns of one each),
 * and never fails but by the `Error` of a key.
 */
export class IntentCalls {
  constructor(
    private readonly store: IntentStore | undefined,
    private readonly guard: Guard,
    private readonly keys: NamespaceKeys,
    private readonly reporter: Reporter,
  ) {}

  get possible(): boolean {
    return this.store !== undefined;
  }

  /** @param follower travels where one turn has all keys */
  open(
    keys: readonly string[],
    token: string,
    leaseMs: number,
    follower?: Follower,
  ): Promise<readonly (undefined | Error)[]> {
    return this.ask(keys, (store, names) =>
      store.open(names, token, leaseMs, names.length === keys.length ? follower : undefined),
    );
  }

  renew(keys: readonly string[], token: string, leaseMs: number): Promise<readonly (boolean | Error)[]> {
    return this.ask(keys, (store, names) => store.renew(names, token, leaseMs));
  }

  settle(keys: readonly string[], token: string): Promise<readonly (SettledIntent | Error)[]> {
    return this.ask(keys, (store, names) => store.settle(names, token));
  }

  mayHaveLost(key: string, leaseMs: number): boolean {
    const { store } = this;
    if (store?.mayHaveLostIntents === undefined) return false;
    const ask = (): boolean | undefined => store.mayHaveLostIntents?.(this.keys.generation(key), leaseMs);
    // Without an answer a writer may be at work of which nothing is known here.
    return askOptional(this.reporter.faultsOf('intent'), ask, true) ?? false;
  }

  private async ask<T>(
    keys: readonly string[],
    call: (store: IntentStore, names: readonly string[]) => Awaitable<readonly (T | Error)[]>,
  ): Promise<readonly (T | Error)[]> {
    const { store } = this;
    const { namespace } = this.keys;
    if (keys.length === 0) return [];
    if (store === undefined) {
      const message = `The generation store of namespace "${namespace}" has no write intents (\`intents\`).`;
      return keys.map(() => new CasConfigError(message, { namespace }));
    }
    return inChunks(keys, async (some) => {
      const names = some.map(this.keys.generation);
      const answers = await this.guard.orLate<readonly (T | Error)[] | Error>(
        attempt(() => call(store, names)),
        () => some.map((key) => this.guard.timeout('intent', key)),
      );
      return answers instanceof Error ? some.map(() => answers) : answers;
    });
  }
}
