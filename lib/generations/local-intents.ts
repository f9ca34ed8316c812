import type { IntentStore, SettledIntent } from '../contracts/intent-store.js';
import type { KeyGroup } from './local-group.js';
import type { LocalLedger } from './local-ledger.js';

/** Asks the group that has the key, which it knows under a name of its own. */
export type AskGroup = <T>(key: string, question: (group: KeyGroup, own: string) => T) => T;

/**
 * The write intents of one process. Each call is one step: nothing comes in between.
 *
 * No generation is carried in an open cell, as the mark of the store issues above all of them anyway.
 */
export class LocalIntents implements IntentStore {
  constructor(
    private readonly ledger: LocalLedger,
    private readonly ask: AskGroup,
  ) {}

  open(keys: readonly string[], token: string, leaseMs: number): undefined[] {
    const deadline = this.ledger.look() + leaseMs;
    return keys.map((key) =>
      this.ask(key, (group, own) => {
        group.open(own, token, deadline);
        return undefined;
      }),
    );
  }

  renew(keys: readonly string[], token: string, leaseMs: number): boolean[] {
    const now = this.ledger.look();
    return keys.map((key) =>
      this.ask(key, ({ writers }, own) => {
        if (!writers.hold(own, now) || !writers.has(own, token)) return false;
        writers.set(own, token, now + leaseMs);
        return true;
      }),
    );
  }

  settle(keys: readonly string[], token: string): SettledIntent[] {
    const now = this.ledger.look();
    return keys.map((key) =>
      this.ask(key, (group, own) => {
        const held = group.writers.hold(own, now) && group.writers.has(own, token);
        group.writers.remove(own, token);
        return { generation: group.bump(own), held };
      }),
    );
  }
}
