import type { AtomicStore } from '../../../lib/contracts/atomic-store.js';
import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import type { GenerationStore } from '../../../lib/contracts/generation-store.js';
import type { CasProvider, SetOptions } from '../../../lib/contracts/provider.js';
import type { CallLog } from './call-log.js';
import { Script } from './script.js';

export interface Held<S> {
  readonly entry: S;
  readonly ttlMs: number;
  readonly cost: number | undefined;
}

interface Item<S> {
  readonly key: string;
  readonly entry: S;
  readonly cost?: number | undefined;
}

/** A provider over a map: every call is noted and can be made to fail. Whole storage keys; nothing expires. */
export class ScriptedProvider<S = unknown> implements CasProvider<S> {
  readonly held = new Map<string, Held<S>>();
  readonly script: Script;
  /** Entries that do not fit. */
  refuses: (key: string) => boolean = () => false;
  closed = 0;
  remainingTtl?: (key: string) => Awaitable<number | undefined>;
  atomicWith?: (generations: GenerationStore) => AtomicStore | undefined;

  constructor(
    readonly holds: 'bytes' | 'values',
    readonly reach: 'process' | 'shared',
    log: CallLog,
    part = 'entries',
  ) {
    this.script = new Script(part, log, reach === 'process' ? 'at once' : 'later');
  }

  get(key: string): Awaitable<S | undefined> {
    return this.script.run('get', [key], () => this.held.get(key)?.entry);
  }

  getMany(keys: readonly string[]): Awaitable<readonly (S | undefined | Error)[]> {
    return this.script.run('getMany', keys, () =>
      this.script.each('getMany', keys, (key) => this.held.get(key)?.entry),
    );
  }

  set(key: string, entry: S, options: SetOptions): Awaitable<boolean> {
    return this.script.run('set', [key], () => this.keep({ key, entry, cost: options.cost }, options.ttlMs));
  }

  setMany(items: readonly Item<S>[], options: { readonly ttlMs: number }): Awaitable<readonly (boolean | Error)[]> {
    const keys = items.map(({ key }) => key);
    return this.script.run('setMany', keys, () =>
      this.script.each('setMany', items, (item) => this.keep(item, options.ttlMs)),
    );
  }

  delete(key: string): Awaitable<void> {
    return this.script.run('delete', [key], () => void this.held.delete(key));
  }

  deleteMany(keys: readonly string[]): Awaitable<readonly (undefined | Error)[]> {
    return this.script.run('deleteMany', keys, () =>
      this.script.each('deleteMany', keys, (key) => {
        this.held.delete(key);
        return undefined;
      }),
    );
  }

  clear(prefix: string): Awaitable<void> {
    return this.script.run('clear', [prefix], () => {
      for (const key of this.held.keys()) if (key.startsWith(prefix)) this.held.delete(key);
    });
  }

  close(): Awaitable<void> {
    return this.script.run('close', [], () => void this.closed++);
  }

  private keep({ key, entry, cost }: Item<S>, ttlMs: number): boolean {
    if (this.refuses(key)) {
      this.held.delete(key);
      return false;
    }
    this.held.set(key, { entry, ttlMs, cost });
    return true;
  }
}
