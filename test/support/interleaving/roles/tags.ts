import type { LoadContext } from '../../../../lib/core/loading/load-context.js';
import type { Row } from '../database.js';
import type { Role } from '../world.js';
import { beginRead, commit, load, loadMany } from './source.js';
import { acknowledgeAfter } from './writes.js';

// The actors of programs with tags. `on` is the number of the process that an actor lives in.

/** Reads a key whose value carries tags, of which the loader alone knows those that are `late`. */
export function tagReader(key: string, on: number, tags: readonly string[], late: readonly string[] = []): Role {
  return {
    name: 'reader',
    process: on,
    alike: `reads ${key} with ${tags.join()} and ${late.join()}`,
    play: async (scene) => {
      const judge = beginRead(scene, [key], on);
      const loading = async (context?: LoadContext): Promise<Row> => {
        const row = await load(scene, key);
        context?.tag(...late);
        return row;
      };
      const options = tags.length === 0 ? undefined : { tags };
      judge([await scene.world.processes.subject(on).read(key, loading, options)]);
    },
  };
}

/** Reads many keys with one load, each with a tag of its own: its name in capitals. */
export function manyTagsReader(keys: readonly string[], on: number): Role {
  return {
    name: 'reader of many',
    process: on,
    alike: `reads ${keys.join(' and ')}, each with its tag`,
    play: async (scene) => {
      const subject = scene.world.processes.subject(on);
      const judge = beginRead(scene, keys, on);
      const options = { tagsOf: (_: Row, key: string) => key.toUpperCase() };
      judge((await subject.loadMany?.(keys, (missing) => loadMany(scene, missing), options)) ?? []);
    },
  };
}

/** Observes a key, loads it and stores what it was loaded to, by hand. */
export function tagStorer(key: string, on: number, tags: readonly string[]): Role {
  return {
    name: 'storer',
    process: on,
    alike: `stores ${key} with ${tags.join()}`,
    play: async (scene) => {
      const judge = beginRead(scene, [key], on);
      const row = await scene.world.processes.subject(on).store?.(key, () => load(scene, key), tags);
      judge(row === undefined ? [] : [row]);
    },
  };
}

/** Commits a new version of keys, then invalidates a tag that they carry. */
export function tagWriter(keys: readonly string[], on: number, tags: readonly string[]): Role {
  return {
    name: 'tag writer',
    process: on,
    alike: `writes ${keys.join(' and ')} and invalidates ${tags.join()}`,
    play: async (scene) => {
      const rows = await commit(scene, keys);
      await acknowledgeAfter(
        scene,
        on,
        () => rows,
        async () => scene.world.processes.subject(on).invalidateTags?.(tags),
      );
    },
  };
}

/** Commits a new version of a key inside a transaction, with an invalidation of its tag. */
export function tagTransactor(key: string, on: number, tags: readonly string[]): Role {
  return {
    name: 'tag transactor',
    process: on,
    alike: `writes ${key} in a transaction, with ${tags.join()}`,
    play: async (scene) => {
      const subject = scene.world.processes.subject(on);
      let rows: readonly Row[] = [];
      const work = async (): Promise<void> => {
        await subject.invalidateTags?.(tags);
        rows = await commit(scene, [key]);
      };
      await acknowledgeAfter(
        scene,
        on,
        () => rows,
        async () => subject.transaction?.(work),
      );
    },
  };
}
