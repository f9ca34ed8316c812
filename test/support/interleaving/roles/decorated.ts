import type { Row } from '../database.js';
import type { RowRepository } from '../row-repository.js';
import type { Role, Scene } from '../world.js';
import { beginRead, commit, load } from './source.js';
import { acknowledgeAfter } from './writes.js';

// The actors of programs who call decorated methods. `on` is the number of the process that an actor lives in.

/** Calls a `@CasCached` method, and is judged. */
export function finder(key: string, on = 0): Role {
  return {
    name: 'finder',
    process: on,
    alike: `finds ${key}`,
    play: async (scene) => {
      const judge = beginRead(scene, [key], on);
      judge([await repository(scene, on).find(key, () => load(scene, key))]);
    },
  };
}

/** Commits a new version within a `@CasInvalidate` method. */
export function saver(key: string, on = 0): Role {
  return saving('saver', [key], on, (rows, write) => rows.save(key, write));
}

/** The same with `intent: true`. */
export function closedSaver(keys: readonly string[], on = 0): Role {
  return saving('closed saver', keys, on, (rows, write) => rows.saveClosed(keys, write));
}

function saving(
  name: string,
  keys: readonly string[],
  on: number,
  save: (rows: RowRepository, write: () => Promise<void>) => Promise<unknown>,
): Role {
  return {
    name,
    process: on,
    alike: `${name} of ${keys.join(' and ')}`,
    play: async (scene) => {
      let rows: readonly Row[] = [];
      await acknowledgeAfter(
        scene,
        on,
        () => rows,
        () => save(repository(scene, on), async () => void (rows = await commit(scene, keys))),
      );
    },
  };
}

function repository({ world }: Scene, on: number): RowRepository {
  const { rows } = world.processes.subject(on);
  if (rows === undefined) throw new Error('This cache has no decorators.');
  return rows;
}
