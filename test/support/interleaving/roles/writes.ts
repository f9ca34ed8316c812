import type { Row } from '../database.js';
import type { Role, Scene } from '../world.js';
import { acknowledge, commit } from './source.js';

// The actors of programs who write. `on` is the number of the process that an actor lives in.

export interface WriterOptions {
  /**
   * When the write counts as acknowledged: once `invalidate` has resolved (what is promised to callers), or once the
   * first command of it was carried out (so that a process that dies in between leaves nothing old behind).
   */
  readonly acknowledged?: 'when-resolved' | 'by-the-first-step';
}

/** Commits a new version of the keys, then invalidates them. */
export function writer(keys: string | readonly string[], on = 0, { acknowledged }: WriterOptions = {}): Role {
  const all = listOf(keys);
  return {
    name: 'writer',
    process: on,
    alike: `writes ${all.join(' and ')}`,
    play: async (scene) => {
      const rows = await commit(scene, all);
      if (acknowledged === 'by-the-first-step') scene.stage.afterNextStep(() => acknowledge(scene, rows));
      await acknowledgeAfter(
        scene,
        on,
        () => rows,
        () => scene.world.processes.subject(on).invalidate(all),
      );
    },
  };
}

/** Commits a new version of the keys while they are closed to readers. */
export function intentWriter(keys: string | readonly string[], on = 0): Role {
  return underIntent('intent writer', listOf(keys), on, (scene) => commit(scene, listOf(keys)));
}

/** Begins an intent within an intent, on further keys, and commits all of them inside. */
export function nestedWriter(outer: string, inner: string, on = 0): Role {
  return underIntent('nested writer', [outer], on, (scene) =>
    write(scene, on, [inner], () => commit(scene, [outer, inner])),
  );
}

/** Commits a new version of the key while it is closed to readers, and never hears of it. */
export function unsureWriter(key: string, on = 0): Role {
  return {
    name: 'unsure writer',
    process: on,
    alike: `writes ${key} under an intent, unsure`,
    play: async (scene) => {
      const { stage, world, database } = scene;
      const writing = write(scene, on, [key], () => {
        stage.send({ place: 'database', call: 'commit', args: [key], remote: true }, () => database.commit([key]));
        return Promise.reject(world.processes.subject(on).commitUnknown?.() ?? new Error());
      });
      await writing.catch((error: unknown) => {
        if (codeOf(error) !== 'CAS_COMMIT_UNKNOWN') throw error;
      });
    },
  };
}

/** Commits a new version of the keys, then clears the namespace. */
export function clearer(keys: readonly string[], on = 0, prefix?: string): Role {
  return {
    name: 'clearer',
    process: on,
    alike: `writes ${keys.join(' and ')}, and clears ${prefix ?? 'all'}`,
    play: async (scene) => {
      const rows = await commit(scene, keys);
      await acknowledgeAfter(
        scene,
        on,
        () => rows,
        () => scene.world.processes.subject(on).clear(prefix),
      );
    },
  };
}

/**
 * What was written is acknowledged once `work` has resolved. If it says that an invalidation failed, the process itself
 * may serve nothing older from then on, and the others from when it has landed.
 */
export async function acknowledgeAfter(
  scene: Scene,
  on: number,
  rows: () => readonly Row[],
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isFailedInvalidation(error)) throw error;
    acknowledge(scene, rows(), scene.world.processes.numberOf(on));
    scene.world.processes.subject(on).whenLanded?.(() => acknowledge(scene, rows()));
    return;
  }
  acknowledge(scene, rows());
}

export function write<T>({ world }: Scene, on: number, keys: readonly string[], work: () => Promise<T>): Promise<T> {
  const subject = world.processes.subject(on);
  if (subject.write === undefined) throw new Error('This cache has no write intents.');
  return subject.write(keys, work);
}

/** A write whose keys could not be closed does not begin. */
export async function unlessUnavailable(scene: Scene, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (codeOf(error) !== 'CAS_INTENT_UNAVAILABLE') throw error;
    scene.stage.remark('could not close the keys, and writes nothing');
  }
}

function underIntent(
  name: string,
  keys: readonly string[],
  on: number,
  work: (scene: Scene) => Promise<readonly Row[]>,
): Role {
  return {
    name,
    process: on,
    alike: `${name} of ${keys.join(' and ')}`,
    play: async (scene) => {
      let rows: readonly Row[] = [];
      const writing = async (): Promise<void> => void (rows = await work(scene));
      await unlessUnavailable(scene, () =>
        acknowledgeAfter(
          scene,
          on,
          () => rows,
          () => write(scene, on, keys, writing),
        ),
      );
    },
  };
}

function isFailedInvalidation(error: unknown): boolean {
  return codeOf(error) === 'CAS_INVALIDATE' || codeOf(error) === 'CAS_CLEAR';
}

/** Of a copy of the library an error is of another class. */
function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

function listOf(keys: string | readonly string[]): readonly string[] {
  return typeof keys === 'string' ? [keys] : keys;
}
