import type { CasCacheService } from '../../../lib/core/cas-cache.js';
import { Embedded } from './embedded.js';
import type { RecordedEvents } from './recorded-events.js';
import type { RigOptions } from './rig.js';
import { TOPOLOGIES } from './topologies.js';

/** A cache of a namespace with tags, however it is put together. */
export interface Tagged {
  readonly cache: CasCacheService;
  readonly events: RecordedEvents;
}

/** Every way to put one together. */
export const TAGGED: readonly { readonly name: string; readonly make: (options?: RigOptions) => Tagged }[] = [
  { name: 'memory, in cells', make: (options) => new Embedded({ tags: true, ...options }) },
  { name: 'memory, in separate stores', make: (options) => new Embedded({ tags: true, ...options }, 'values apart') },
  { name: 'memory, in bytes', make: (options) => new Embedded({ tags: true, ...options }, 'bytes') },
  ...TOPOLOGIES.map(({ name, rig }) => ({
    name: `scripted ${name}`,
    make: (options?: RigOptions): Tagged => rig({ tags: true, ...options }),
  })),
];
