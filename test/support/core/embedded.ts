import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { LocalGenerationStore } from '../../../lib/generations/local-generation-store.js';
import { MemoryCells } from '../../../lib/memory/memory-cells.js';
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

  /** @param holds `'values apart'`: as where the generations are those of another store */
  constructor(options: RigOptions = {}, holds: 'bytes' | 'values' | 'values apart' = 'values') {
    this.provider = new MemoryProvider({ holds: holds === 'bytes' ? 'bytes' : 'values' });
    this.cache = new CasCacheService<V>(resolveNamespaceOptions({ namespace: 'user', ...options }), {
      provider: this.provider,
      generations: this.generations,
      cells: holds === 'values' ? MemoryCells.of(this.provider, this.generations) : undefined,
      codec: this.codec,
      hooks: [this.events, ...(options.hooks ?? [])],
    });
  }
}
