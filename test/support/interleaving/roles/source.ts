import type { Row } from '../database.js';
import type { StepName } from '../stage.js';
import type { Scene } from '../world.js';

// What actors ask of the database: each question is a step, and so is its answer where nothing else would be.

export async function load(scene: Scene, key: string): Promise<Row> {
  return ask(scene, 'read', [key], () => scene.database.read(key));
}

export async function loadMany(scene: Scene, keys: readonly string[]): Promise<Row[]> {
  return ask(scene, 'read', keys, () => keys.map((key) => scene.database.read(key)));
}

export async function commit(scene: Scene, keys: readonly string[]): Promise<Row[]> {
  return ask(scene, 'commit', keys, () => scene.database.commit(keys));
}

export async function ask<T>(scene: Scene, call: string, keys: readonly string[], run: () => T): Promise<T> {
  const name: StepName = { place: 'database', call, args: keys, remote: true };
  const answer = await scene.stage.step(name, run);
  // The answer is under way. Where the next thing is a step, that one being late is the same.
  if (scene.world.answersAtOnce) await scene.stage.step({ place: 'database', call: 'answer' }, () => undefined);
  return answer;
}

export function acknowledge({ stage, database }: Scene, rows: readonly Row[], process?: number): void {
  stage.remark(`has ${list(rows)} acknowledged${process === undefined ? '' : ' in its process'}`);
  database.acknowledge(rows, process);
}

/** Begins a read in a process; the answer judges what came of it. */
export function beginRead(
  { stage, world, database, judge }: Scene,
  keys: readonly string[],
  on: number,
): (rows: readonly Row[]) => void {
  const process = world.processes.numberOf(on);
  const floor = (key: string): string =>
    judge.promised === 'G2' ? '' : ` (v${database.floor(key, process)} or newer)`;
  stage.remark(`begins to read ${keys.map((key) => `${key}${floor(key)}`).join(', ')}`);
  const judgeRows = database.beginRead(keys, process);
  judge.begin(keys);
  return (rows) => {
    stage.remark(`reads ${list(rows)}`);
    judgeRows(rows);
    judge.end(rows);
  };
}

function list(rows: readonly Row[]): string {
  return rows.length === 0 ? 'nothing' : rows.map(({ key, version }) => `${key} v${version}`).join(', ');
}

/** The database did not answer. */
export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
}

/** What was read, or nothing when its source failed: a load that is shared fails for all. */
export async function unlessSourceFails({ stage }: Scene, reading: Promise<Row>): Promise<readonly Row[]> {
  try {
    return [await reading];
  } catch (error) {
    if (!(error instanceof SourceFailed)) throw error;
    stage.remark('is told that the source failed');
    return [];
  }
}
