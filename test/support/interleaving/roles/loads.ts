import type { LoadOptions } from '../../../../lib/core/options/load-options.js';
import type { Row } from '../database.js';
import type { Role, Scene } from '../world.js';
import { beginRead, load, loadMany, SourceFailed, unlessSourceFails } from './source.js';

// The actors of programs whose loads do something besides asking the database once. `on` is the number of the process
// that an actor lives in.

/** Reads a key whose load first reads another, or itself, through the cache. */
export function roundaboutReader(key: string, via: string, on = 0): Role {
  return {
    name: 'roundabout reader',
    process: on,
    alike: `reads ${key} via ${via}`,
    play: async (scene) => {
      const subject = scene.world.processes.subject(on);
      const judge = beginRead(scene, [key], on);
      const row = await subject.read(key, async () => {
        const own = beginRead(scene, [via], on);
        own([await subject.read(via, () => load(scene, via))]);
        return load(scene, key);
      });
      judge([row]);
    },
  };
}

/** Reads a key, whose source takes its time to answer. */
export function slowReader(key: string, on = 0, options?: LoadOptions<Row>): Role {
  return {
    name: 'slow reader',
    process: on,
    alike: `reads ${key} slowly ${JSON.stringify(options)}`,
    play: async (scene) => {
      const judge = beginRead(scene, [key], on);
      const answered = async (): Promise<Row> => {
        const row = await load(scene, key);
        await scene.stage.step({ place: 'database', call: 'answer' }, () => undefined);
        return row;
      };
      judge(await unlessSourceFails(scene, scene.world.processes.subject(on).read(key, answered, options)));
    },
  };
}

/** Reads a key, whose source fails after it was asked. */
export function unluckyReader(key: string, on = 0, options?: LoadOptions<Row>): Role {
  return {
    name: 'unlucky reader',
    process: on,
    alike: `reads ${key} in vain ${JSON.stringify(options)}`,
    play: async (scene) => {
      const judge = beginRead(scene, [key], on);
      const failing = async (): Promise<Row> => {
        await load(scene, key);
        throw new SourceFailed('The source failed.');
      };
      judge(await unlessSourceFails(scene, scene.world.processes.subject(on).read(key, failing, options)));
    },
  };
}

/** Reads a key, and gives up at any point, or when it is there already. */
export function impatientReader(key: string, on = 0): Role {
  return {
    name: 'impatient reader',
    process: on,
    alike: `reads ${key}, or gives up`,
    play: async (scene) => {
      const judge = beginRead(scene, [key], on);
      const controller = new AbortController();
      const { signal } = controller;
      const reading = scene.world.processes.subject(on).read(key, () => load(scene, key), { signal });
      const read = reading.then(
        (row) => judge([row]),
        (error: unknown) => {
          if (error !== signal.reason) throw error;
        },
      );
      const giveUp = (): void => controller.abort(new Error('Gave up.'));
      await Promise.all([read, scene.stage.step({ place: `process ${on}`, call: 'gives up' }, giveUp)]);
    },
  };
}

/** Reads many keys, with one load for those that are missing and that nobody is loading. */
export function manyReader(keys: readonly string[], on = 0): Role {
  return {
    name: 'reader of many',
    process: on,
    alike: `loads ${keys.join(' and ')} together`,
    play: async (scene) => {
      const judge = beginRead(scene, keys, on);
      const rows = scene.world.processes.subject(on).loadMany?.(keys, (missing) => loadMany(scene, missing));
      judge((await rows) ?? []);
    },
  };
}

/** So much time passes in every process. */
export function wait({ world: { processes } }: Scene, ms: number): void {
  for (const process of processes.numbers) processes.subject(process).timers?.pass(ms);
}
