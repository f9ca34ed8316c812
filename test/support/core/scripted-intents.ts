import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import { OPEN } from '../../../lib/contracts/generation-store.js';
import type { IntentStore, SettledIntent } from '../../../lib/contracts/intent-store.js';
import type { CallLog } from './call-log.js';
import { Script } from './script.js';
import type { ScriptedGenerations } from './scripted-generations.js';

/** Write intents over the cells of a scripted store. Tokens never run out by themselves: `expire` is time passing. */
export class ScriptedIntents implements IntentStore {
  readonly script: Script;
  /** The living tokens of each open key, with the lease that each was given last. */
  readonly writers = new Map<string, Map<string, number>>();
  /** Keys of whose writers the store may have lost some. */
  readonly unsure = new Set<string>();
  /** What a server that holds entries too does in the same step. */
  unlink: (key: string) => void = () => undefined;

  constructor(
    private readonly generations: ScriptedGenerations,
    log: CallLog,
  ) {
    this.script = new Script('intents', log, generations.reach === 'process' ? 'at once' : 'later');
  }

  open(keys: readonly string[], token: string, leaseMs: number): Awaitable<readonly (undefined | Error)[]> {
    return this.script.run('open', keys, () =>
      this.script.each('open', keys, (key) => {
        this.writers.set(key, (this.writers.get(key) ?? new Map<string, number>()).set(token, leaseMs));
        this.generations.open(key);
        this.unlink(key);
        return undefined;
      }),
    );
  }

  renew(keys: readonly string[], token: string, leaseMs: number): Awaitable<readonly (boolean | Error)[]> {
    return this.script.run('renew', keys, () =>
      this.script.each('renew', keys, (key) => {
        const tokens = this.writers.get(key);
        if (tokens?.has(token) !== true) return false;
        tokens.set(token, leaseMs);
        return true;
      }),
    );
  }

  settle(keys: readonly string[], token: string): Awaitable<readonly (SettledIntent | Error)[]> {
    return this.script.run('settle', keys, () =>
      this.script.each('settle', keys, (key) => {
        const held = this.expire(key, token);
        return { generation: this.generations.issue(key), held };
      }),
    );
  }

  mayHaveLostIntents(key: string): boolean {
    return this.unsure.has(key);
  }

  /** The token's time has passed. Not noted. */
  expire(key: string, token: string): boolean {
    const tokens = this.writers.get(key);
    const held = tokens?.delete(token) ?? false;
    if (tokens?.size === 0) {
      this.writers.delete(key);
      if (this.generations.cells.get(key) === OPEN) this.generations.lose(key);
    }
    return held;
  }

  /** The cell is lost with all its tokens, as after a failover. Not noted. */
  lose(key: string): void {
    this.writers.delete(key);
    this.generations.lose(key);
  }
}
