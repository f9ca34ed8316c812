import { inTurn } from '../roles/disasters.js';
import { brokenSubscription, leasedWorld, longTime, lostRegistry, network } from '../roles/leases.js';
import { onlooker, reader } from '../roles/reads.js';
import { clearer, intentWriter, writer } from '../roles/writes.js';
import { LONG_MS } from '../simulated-registry.js';
import { noMicrotaskLeft } from '../quiet.js';
import type { Program, Role, Scene } from '../world.js';

/** Every process holds a lease, and some serve the key by it, which `first` reads. */
export async function hold(
  scene: Scene,
  warm: readonly number[],
  first = (process: number): Role => reader('a', process),
): Promise<void> {
  const world = leasedWorld(scene);
  const { processes, registry, members } = world;
  const deliver = async (): Promise<void> => {
    await noMicrotaskLeft();
    for (const process of processes.numbers) registry.deliver(process);
  };
  for (const process of processes.numbers) {
    processes.subject(process);
    members[process]?.subscribe();
    await noMicrotaskLeft();
  }
  await deliver();
  // The registry is young no more.
  world.tick(LONG_MS);
  await deliver();
  for (const process of warm) {
    // Once to load it, and once to prove it.
    for (let times = 0; times < 3; times++) await first(process).play(scene);
  }
}

function leased(
  name: string,
  cast: readonly Role[],
  options: Partial<Program> & { readonly warm?: readonly number[] } = {},
): Program {
  const { warm = [0, 1], ...rest } = options;
  return { name, keys: ['a'], cast, timePasses: true, setup: (scene) => hold(scene, warm), ...rest };
}

const twice = (): Role => inTurn(onlooker('a', 0), onlooker('a', 0));

export const LEASED_HIT = leased('a hit by a lease against an invalidation elsewhere', [
  twice(),
  writer('a', 1),
  network(0, 2),
]);

export const LEASED_HIT_AND_TIME = leased('a hit by a lease against an invalidation that waits too long', [
  twice(),
  writer('a', 1),
  network(0, 1),
  longTime(),
]);

export const LEASED_COLD = leased(
  'a load under a lease against an invalidation elsewhere',
  [inTurn(reader('a', 0), onlooker('a', 0), onlooker('a', 0)), writer('a', 1), network(0, 1)],
  { warm: [] },
);

export const LEASED_PROOF = leased('a proof that is on its way against an invalidation elsewhere', [
  // Nothing is proven yet in the epoch that begins with it.
  inTurn(onlooker('a', 0), onlooker('a', 0)),
  inTurn(lostRegistry(), longTime()),
  writer('a', 1),
  network(0, 2),
]);

/** Where values are shared, the process is warmed by what it reads. */
export const LEASED_WARMING = leased(
  'an entry on its way from the tier behind against an invalidation elsewhere',
  [twice(), writer('a', 1), network(0, 1)],
  { warm: [1] },
);

export const LEASED_TWO_WRITERS = leased('two invalidations against a hit by a lease', [
  twice(),
  writer('a', 1),
  writer('a', 1),
  network(0, 2),
]);

export const LEASED_BREAK = leased('a subscription that breaks during an invalidation', [
  twice(),
  writer('a', 1),
  brokenSubscription(0),
  network(0, 2),
  longTime(),
]);

export const LEASED_REGISTRY_LOST = leased('a registry that is lost during an invalidation', [
  twice(),
  writer('a', 1),
  lostRegistry(),
  network(0, 1),
]);

export const LEASED_INTENT = leased('a hit by a lease against a write under an intent', [
  twice(),
  intentWriter('a', 1),
  network(0, 2),
]);

export const LEASED_CLEAR = leased('a hit by a lease against a clear', [twice(), clearer(['a'], 1), network(0, 2)]);

export const LEASED_PROGRAMS: readonly Program[] = [
  LEASED_HIT,
  LEASED_HIT_AND_TIME,
  LEASED_COLD,
  LEASED_PROOF,
  LEASED_WARMING,
  LEASED_TWO_WRITERS,
  LEASED_BREAK,
  LEASED_REGISTRY_LOST,
  LEASED_INTENT,
  LEASED_CLEAR,
];
