import type { LoadOptions } from '../../../../lib/core/options/load-options.js';
import type { Row } from '../database.js';
import type { Role } from '../world.js';
import { beginRead, load, loadMany, unlessSourceFails } from './source.js';

// The actors of programs who read. `on` is the number of the process that an actor lives in.

/** Reads a key through the cache, and is judged. */
export function reader(key: string, on = 0, options?: LoadOptions<Row>): Role {
  return {
    name: 'reader',
    process: on,
    alike: `reads ${key}${options === undefined ? '' : ` ${JSON.stringify(options)}`}`,
    play: async (scene) => {
      const judge = beginRead(scene, [key], on);
      const reading = scene.world.processes.subject(on).read(key, () => load(scene, key), options);
      judge(await unlessSourceFails(scene, reading));
    },
  };
}

/** Reads a key through the cache, and is not judged: for one to whom nothing of what others do is promised. */
export function filler(key: string, on = 0): Role {
  return {
    name: 'filler',
    process: on,
    alike: `fills ${key}`,
    play: async (scene) => {
      await scene.world.processes.subject(on).read(key, () => load(scene, key));
    },
  };
}

/** Asks for what is cached, loads nothing, and is judged. */
export function onlooker(key: string, on = 0): Role {
  return {
    name: 'onlooker',
    process: on,
    alike: `peeks at ${key}`,
    play: async (scene) => {
      const judge = beginRead(scene, [key], on);
      const row = await scene.world.processes.subject(on).peek(key);
      judge(row === undefined ? [] : [row]);
    },
  };
}

/** Reads many keys at once through the cache, and is judged for each. */
export function bulkReader(keys: readonly string[], on = 0): Role {
  return {
    name: 'bulk reader',
    process: on,
    alike: `reads ${keys.join(' and ')}`,
    play: async (scene) => {
      const judge = beginRead(scene, keys, on);
      judge(await scene.world.processes.subject(on).readMany(keys, (missing) => loadMany(scene, missing)));
    },
  };
}
