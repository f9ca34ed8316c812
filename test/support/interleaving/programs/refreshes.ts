import { clock } from '../roles/disasters.js';
import { unluckyReader, wait } from '../roles/loads.js';
import { onlooker, reader } from '../roles/reads.js';
import { intentWriter, writer } from '../roles/writes.js';
import type { Program, Role } from '../world.js';

// Hits past their soft ttl, and what is loaded for them.

const SOFT = { fresh: 100 };
const AWAITS = { ...SOFT, softTimeout: 50 };
const FALLS_BACK = { ...AWAITS, staleIfError: true };

/** Every process has read the key, longer ago than its soft ttl. */
function aged(name: string, ...cast: readonly Role[]): Program {
  return {
    name,
    keys: ['a'],
    cast,
    setup: async (scene) => {
      for (const process of scene.world.processes.numbers) await reader('a', process, SOFT).play(scene);
      wait(scene, 200);
    },
  };
}

export const REFRESH_AND_REMOTE_INVALIDATION = aged(
  'a refresh in the background against an invalidation in another process',
  reader('a', 0, SOFT),
  writer('a', 1),
);

export const REFRESH_AND_LOCAL_INVALIDATION = aged(
  'a refresh in the background against an invalidation in its process',
  reader('a', 0, SOFT),
  onlooker('a', 0),
  writer('a', 0),
);

export const REFRESH_UNDER_AN_INTENT = {
  ...aged('a refresh in the background against a write under an intent', reader('a', 0, SOFT), intentWriter('a', 1)),
  promised: 'G2',
} satisfies Program;

export const REFRESH_THAT_IS_JOINED = aged(
  'a refresh that a reader waits for, against an invalidation',
  reader('a', 0, SOFT),
  reader('a', 0, AWAITS),
  writer('a', 1),
);

export const SLOW_REFRESH = aged(
  'a newer value that does not come in time, against an invalidation',
  reader('a', 0, AWAITS),
  writer('a', 1),
  clock(0, 1),
);

export const FAILED_REFRESH = aged(
  'a newer value that cannot be loaded, against an invalidation',
  unluckyReader('a', 0, FALLS_BACK),
  reader('a', 0, FALLS_BACK),
  writer('a', 1),
);
