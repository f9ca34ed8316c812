import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { bulkKey, singleKey } from '../../../lib/keys/storage-keys.js';
import { TieredProvider } from '../../../lib/providers/tiered-provider.js';
import { encodeSingle } from '../../../lib/wire/single-frame.js';
import { CallLog } from './call-log.js';
import { ManualTimers } from './manual-timers.js';
import { RecordedEvents } from './recorded-events.js';
import type { RigOptions } from './rig.js';
import { ScriptedGenerations } from './scripted-generations.js';
import { ScriptedProvider } from './scripted-provider.js';
import { text, TextCodec } from './text-codec.js';

/** A process that keeps copies of its own, in front of entries that all processes share. */
export interface Replica {
  readonly cache: CasCacheService;
  readonly process: ScriptedProvider<Uint8Array>;
  readonly events: RecordedEvents;
}

/** Replicas with a tiered provider each, over one store of entries and one of generations. */
export class SeveralCopies {
  readonly log = new CallLog();
  readonly shared = new ScriptedProvider<Uint8Array>('bytes', 'shared', this.log, 'shared');
  readonly generations = new ScriptedGenerations('shared', this.log);
  readonly timers = new ManualTimers();
  readonly one: Replica;
  readonly two: Replica;

  constructor(options: RigOptions = {}) {
    this.shared.remainingTtl = (key) => this.shared.held.get(key)?.ttlMs;
    this.one = this.replica(options);
    this.two = this.replica(options);
  }

  at(key: string): string {
    return singleKey('user', key);
  }

  bulkAt(...keys: string[]): string {
    return bulkKey('user', keys);
  }

  frame(generation: number, value: unknown): Uint8Array {
    return encodeSingle(generation, text(value));
  }

  private replica(options: RigOptions): Replica {
    const process = new ScriptedProvider<Uint8Array>('bytes', 'process', this.log, 'process');
    const events = new RecordedEvents();
    const provider = new TieredProvider([
      { name: 'process', provider: process },
      { name: 'shared', provider: this.shared },
    ]);
    const cache = new CasCacheService(resolveNamespaceOptions({ namespace: 'user', ...options }), {
      provider,
      generations: this.generations,
      codec: new TextCodec(),
      hooks: [events],
      timers: this.timers,
    });
    return { cache, process, events };
  }
}
