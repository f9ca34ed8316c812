import { Rig } from './rig.js';
import type { RigLibrary, RigOptions, RigShape } from './rig.js';

export interface Topology {
  readonly name: string;
  readonly shape: RigShape;
  readonly rig: (options?: RigOptions, library?: RigLibrary) => Rig;
}

const topology = (name: string, shape: RigShape): Topology => ({
  name,
  shape,
  rig: (options, library) => new Rig(shape, options, library),
});

export const MEMORY = topology('memory', {
  entries: 'values',
  generations: 'process',
  atomic: false,
  tiered: false,
});
export const NEAR = topology('near', { entries: 'values', generations: 'shared', atomic: false, tiered: false });
export const BYTES = topology('bytes apart from generations', {
  entries: 'bytes',
  generations: 'shared',
  atomic: false,
  tiered: false,
});
export const ATOMIC = topology('bytes and generations in one server', {
  entries: 'bytes',
  generations: 'shared',
  atomic: true,
  tiered: false,
});
export const TIERED = topology('tiered over bytes', {
  entries: 'bytes',
  generations: 'shared',
  atomic: false,
  tiered: true,
});
export const TIERED_ATOMIC = topology('tiered over one server', {
  entries: 'bytes',
  generations: 'shared',
  atomic: true,
  tiered: true,
});
/** As Redis does it. */
export const TIERED_TIMED = topology('tiered over one server that tells how long entries have', {
  entries: 'bytes',
  generations: 'shared',
  atomic: true,
  tiered: true,
  timed: true,
});

/** Every way in which a namespace can be put together. */
export const TOPOLOGIES: readonly Topology[] = [MEMORY, NEAR, BYTES, ATOMIC, TIERED, TIERED_ATOMIC];

/** Those with frames, not values, behind. */
export const WITH_BYTES: readonly Topology[] = [BYTES, ATOMIC, TIERED, TIERED_ATOMIC];

/** Those that have bulk frames. */
export const WITH_BULK: readonly Topology[] = [BYTES, ATOMIC];
