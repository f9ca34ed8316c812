import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { LocalGenerationStore } from '../../../lib/generations/local-generation-store.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { RecordedEvents } from './recorded-events.js';
import type { RigOptions } from './rig.js';
import { TextCodec } from './text-codec.js';

/** A cache over the parts that an embedded application has. */
export class Embedded<V = unknown> {
  readonly events = new RecordedEvents();
  readonly generations = new LocalGenerationStore();
  readonly codec = new TextCodec();
  readonly provider: MemoryProvider;
  readonly cache: CasCacheService<V>;

  constructor(options: RigOptions = {}, holds: 'bytes' | 'values' = 'values') {
    this.provider = new MemoryProvider({ holds });
    this.cache = new CasCacheService<V>(resolveNamespaceOptions({ namespace: 'user', ...options }), {
      provider: this.provider,
      generations: this.generations,
      codec: this.codec,
      hooks: [this.events],
    });
  }
}
