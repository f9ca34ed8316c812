import type { CasCacheService } from '../../../lib/core/cas-cache.js';
import { makeCache } from '../../../lib/core/partitioned-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { Rig, RigOptions } from './rig.js';

const options = (given: RigOptions): ReturnType<typeof resolveNamespaceOptions> =>
  resolveNamespaceOptions({ namespace: 'user', partition: () => 'home', tags: true, ...given });

/** A cache with partitions over the stores of a rig, as each of its replicas has one. */
export function partitioned(rig: Rig, given: RigOptions = {}): CasCacheService<string> {
  const { entries: provider, generations, codec, near, timers, events } = rig;
  return makeCache<string>(options(given), { provider, generations, codec, near, timers, hooks: [events] });
}
