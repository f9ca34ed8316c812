import type { AtomicReading, AtomicStore } from '../../../lib/contracts/atomic-store.js';
import type { Generation, GenerationReading } from '../../../lib/contracts/generation-store.js';
import { unversionedKey } from '../../../lib/keys/storage-keys.js';
import type { CallLog } from './call-log.js';
import { Script } from './script.js';
import type { ScriptedGenerations } from './scripted-generations.js';
import type { ScriptedProvider } from './scripted-provider.js';

interface Filling {
  readonly key: string;
  readonly generation: Generation;
  readonly entry: Uint8Array;
}

/** Puts both into one server, and lets the provider say so. */
export function putInOneServer(
  provider: ScriptedProvider<Uint8Array>,
  generations: ScriptedGenerations,
  log: CallLog,
  timed = false,
): ScriptedAtomicStore {
  const store = new ScriptedAtomicStore(provider, generations, log, timed);
  generations.intents.unlink = (key) => provider.held.delete(key);
  provider.atomicWith = (asked) => (asked === generations ? store : undefined);
  return store;
}

/** One server for the entries of a scripted provider and the generations of a scripted store. */
export class ScriptedAtomicStore implements AtomicStore {
  readonly script: Script;
  readonly timed: AtomicStore['timed'];

  constructor(
    private readonly provider: ScriptedProvider<Uint8Array>,
    private readonly generations: ScriptedGenerations,
    log: CallLog,
    timed: boolean,
  ) {
    this.script = new Script('atomic', log, 'later');
    this.timed = timed ? this.timedReads() : undefined;
  }

  async read(key: string): Promise<AtomicReading> {
    return this.script.run('read', [key], () => this.look(key));
  }

  async readMany(keys: readonly string[]): Promise<readonly (AtomicReading | Error)[]> {
    return this.script.run('readMany', keys, () => this.script.each('readMany', keys, (key) => this.look(key)));
  }

  async readBulk(
    bulkKey: string,
    keys: readonly string[],
  ): Promise<{
    readonly entry: Uint8Array | undefined | Error;
    readonly generations: readonly (GenerationReading | Error)[];
  }> {
    return this.script.run('readBulk', [bulkKey, ...keys], () => {
      const [entry] = this.script.each('readBulk', [bulkKey], (key) => this.provider.held.get(key)?.entry);
      const generations = this.script.each('readBulk', keys, (key) => this.generations.tryRead(key));
      return { entry, generations };
    });
  }

  async fill(key: string, generation: Generation, entry: Uint8Array, ttlMs: number): Promise<boolean> {
    return this.script.run('fill', [key], () => this.store({ key, generation, entry }, ttlMs));
  }

  async fillMany(items: readonly Filling[], ttlMs: number): Promise<readonly (boolean | Error)[]> {
    const keys = items.map(({ key }) => key);
    return this.script.run('fillMany', keys, () =>
      this.script.each('fillMany', items, (item) => this.store(item, ttlMs)),
    );
  }

  async invalidate(key: string): Promise<Generation> {
    return this.script.run('invalidate', [key], () => this.end(key));
  }

  async invalidateMany(keys: readonly string[]): Promise<readonly (Generation | Error)[]> {
    return this.script.run('invalidateMany', keys, () =>
      this.script.each('invalidateMany', keys, (key) => this.end(key)),
    );
  }

  private timedReads(): AtomicStore['timed'] {
    const look = (key: string): AtomicReading => ({
      ...this.look(key),
      remainingMs: this.provider.held.get(key)?.ttlMs,
    });
    return {
      read: async (key) => this.script.run('read', [key], () => look(key)),
      readMany: async (keys) => this.script.run('readMany', keys, () => this.script.each('readMany', keys, look)),
    };
  }

  private look(key: string): AtomicReading {
    return { entry: this.provider.held.get(key)?.entry, generation: this.generations.tryRead(unversionedKey(key)) };
  }

  private store({ key, generation, entry }: Filling, ttlMs: number): boolean {
    if (!this.generations.prolong({ key: unversionedKey(key), generation }, ttlMs)) return false;
    this.provider.held.set(key, { entry, ttlMs, cost: undefined });
    return true;
  }

  private end(key: string): Generation {
    const next = this.generations.issue(unversionedKey(key));
    this.provider.held.delete(key);
    return next;
  }
}
