import { composeCache } from '../../../lib/core/compose-cache.js';
import type { CacheComponents } from '../../../lib/core/compose-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { CallLog } from './call-log.js';
import { ManualTimers } from './manual-timers.js';
import { ScriptedGenerations } from './scripted-generations.js';
import { ScriptedProvider } from './scripted-provider.js';
import { TextCodec } from './text-codec.js';

/** What a cache remembers for requests, and everything that makes it forget. */
export class MemoryRig {
  readonly log = new CallLog();
  readonly timers = new ManualTimers();
  readonly eras = new ScriptedGenerations('shared', this.log);
  readonly components: CacheComponents<unknown>;
  active = true;

  constructor(holds: 'values' | 'bytes' = 'values', options: Partial<CasCacheNamespaceOptions> = {}) {
    const provider = new ScriptedProvider(holds, holds === 'values' ? 'process' : 'shared', this.log);
    const parts = { provider, generations: this.eras, codec: new TextCodec(), hooks: [], timers: this.timers };
    this.components = composeCache(resolveNamespaceOptions({ namespace: 'user', ...options }), parts, {
      active: () => this.active,
    });
  }

  get requests(): CacheComponents<unknown>['requestMemory'] {
    return this.components.requestMemory;
  }

  /** A read that finds `value` current, at once. */
  find(key: string, value: unknown = key): void {
    this.requests.remember(this.requests.begin(), key, value);
  }

  /** Whether the key is served again, at any age. */
  recalls(key: string): boolean {
    return this.requests.recall(key, Infinity) !== undefined;
  }
}
