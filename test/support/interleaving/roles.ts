import type { Row } from './database.js';
import type { StepName } from './stage.js';
import type { Disasters, Role, Scene } from './world.js';

// The actors of programs. `on` is the number of the process that an actor lives in.

/** Reads a key through the cache, and is judged. */
export function reader(key: string, on = 0): Role {
  return {
    name: 'reader',
    process: on,
    play: async (scene) => {
      const judge = beginRead(scene, [key]);
      const row = await scene.world.processes.subject(on).read(key, () => load(scene, key));
      judge([row]);
    },
  };
}

/** Asks for what is cached, loads nothing, and is judged. */
export function onlooker(key: string, on = 0): Role {
  return {
    name: 'onlooker',
    process: on,
    play: async (scene) => {
      const judge = beginRead(scene, [key]);
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
    play: async (scene) => {
      const judge = beginRead(scene, keys);
      judge(await scene.world.processes.subject(on).readMany(keys, (missing) => loadMany(scene, missing)));
    },
  };
}

export interface WriterOptions {
  /**
   * When the write counts as acknowledged: once `invalidate` has resolved (what is promised to callers), or once the
   * first command of it was carried out (so that a process that dies in between leaves nothing old behind).
   */
  readonly acknowledged?: 'when-resolved' | 'by-the-first-step';
}

/** Commits a new version of the keys, then invalidates them. */
export function writer(keys: string | readonly string[], on = 0, { acknowledged }: WriterOptions = {}): Role {
  const all = typeof keys === 'string' ? [keys] : keys;
  return {
    name: 'writer',
    process: on,
    play: async (scene) => {
      const rows = await commit(scene, all);
      if (acknowledged === 'by-the-first-step') scene.stage.afterNextStep(() => acknowledge(scene, rows));
      await scene.world.processes.subject(on).invalidate(all);
      acknowledge(scene, rows);
    },
  };
}

/** Commits a new version of the keys, then clears the namespace. */
export function clearer(keys: readonly string[], on = 0): Role {
  return {
    name: 'clearer',
    process: on,
    play: async (scene) => {
      const rows = await commit(scene, keys);
      await scene.world.processes.subject(on).clear();
      acknowledge(scene, rows);
    },
  };
}

/** Something befalls the stores, at any point. */
export function disaster(call: keyof Disasters, key = ''): Role {
  return {
    name: 'disaster',
    process: undefined,
    play: ({ stage, world }) =>
      stage.step({ place: 'stores', call, args: key === '' ? [] : [key] }, () => world.disasters[call](key)),
  };
}

/** A process dies with all that it does, at any point, and begins anew. */
export function restart(on = 0): Role {
  return {
    name: 'disaster',
    process: undefined,
    play: ({ stage, world }) =>
      stage.step({ place: `process ${on}`, call: 'restart' }, async () => {
        const process = world.processes.numberOf(on);
        stage.kill(process);
        await world.restart(process);
      }),
  };
}

/** One after the other: a single actor who plays several parts. */
export function inTurn(...roles: readonly [Role, ...Role[]]): Role {
  return {
    name: roles.map(({ name }) => name).join(', then '),
    process: roles[0].process,
    play: async (scene) => {
      for (const role of roles) await role.play(scene);
    },
  };
}

function beginRead({ stage, database }: Scene, keys: readonly string[]): (rows: readonly Row[]) => void {
  stage.remark(`begins to read ${keys.map((key) => `${key} (v${database.floor(key)} or newer)`).join(', ')}`);
  const judge = database.beginRead(keys);
  return (rows) => {
    stage.remark(`reads ${list(rows)}`);
    judge(rows);
  };
}

async function load(scene: Scene, key: string): Promise<Row> {
  const row = await scene.stage.step(question('read', [key]), () => scene.database.read(key));
  await answer(scene);
  return row;
}

async function loadMany(scene: Scene, keys: readonly string[]): Promise<Row[]> {
  const rows = await scene.stage.step(question('read', keys), () => keys.map((key) => scene.database.read(key)));
  await answer(scene);
  return rows;
}

async function commit(scene: Scene, keys: readonly string[]): Promise<Row[]> {
  const rows = await scene.stage.step(question('commit', keys), () => scene.database.commit(keys));
  await answer(scene);
  return rows;
}

function question(call: string, keys: readonly string[]): StepName {
  return { place: 'database', call, args: keys, remote: true };
}

/** The answer of the database is under way. Where the next thing is a step, that one being late is the same. */
async function answer({ stage, world }: Scene): Promise<void> {
  if (world.answersAtOnce) await stage.step({ place: 'database', call: 'answer' }, () => undefined);
}

function acknowledge({ stage, database }: Scene, rows: readonly Row[]): void {
  stage.remark(`has ${list(rows)} acknowledged`);
  database.acknowledge(rows);
}

function list(rows: readonly Row[]): string {
  return rows.length === 0 ? 'nothing' : rows.map(({ key, version }) => `${key} v${version}`).join(', ');
}
