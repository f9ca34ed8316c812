import type { Choices } from './choices.js';
import { EverySchedule, OneSchedule } from './choices.js';
import { Database } from './database.js';
import type { Row } from './database.js';
import { Judge } from './judge.js';
import { nextTurn } from './quiet.js';
import { Seen } from './seen.js';
import { Stage } from './stage.js';
import type { Actor, TraceLine } from './stage.js';
import { TroubleMaker } from './troubles.js';
import { InterleavingViolation } from './violation.js';
import type { Program, Role, Scene, Topology, Troubles, World } from './world.js';

/** What was explored. */
export interface Exploration {
  readonly program: string;
  readonly topology: string;
  /** How many schedules it stands for. */
  readonly schedules: number;
  /** How many runs that took. */
  readonly runs: number;
  readonly steps: number;
  /** `all`, or how they were drawn. */
  readonly kind: string;
  /** What the caches did, over all runs: a search that never saw a hit has shown nothing. */
  readonly seen: Seen;
}

/** What is told of a run: when it was broken off, or before every key is read once more. */
export interface Run {
  readonly trace: readonly TraceLine[];
  readonly world: World;
  readonly ended: boolean;
}

/** Nobody else is there any more. */
const IN_ORDER: Pick<Choices, 'choose'> = { choose: () => 0 };
/** Without a turn of the event loop now and then nothing else in this process would ever happen. */
const RUNS_A_TURN = 256;

/**
 * Runs a program under every schedule that `choices` has, each from an empty world, and has every read judged. After
 * the actors, every key is read once more in every process, or in one where none keeps anything: what is stale then
 * would stay so.
 *
 * @throws InterleavingViolation for the first schedule under which a read was wrong or an actor failed
 */
export async function explore(
  program: Program,
  topology: Topology,
  choices: Choices = new EverySchedule(),
  watch: (run: Run) => void = () => undefined,
): Promise<Exploration> {
  const seen = new Seen();
  let runs = 0;
  let steps = 0;
  do {
    if (++runs % RUNS_A_TURN === 0) await nextTurn();
    const stage = new Stage(topology);
    try {
      await perform(program, topology, stage, choices, { seen, watch });
    } catch (cause) {
      throw new InterleavingViolation(program.name, topology.name, runs, choices.taken, stage.trace, cause);
    }
    steps += stage.steps;
  } while (choices.advance());
  const { kind, schedules = runs } = choices;
  return { program: program.name, topology: topology.name, schedules, runs, steps, kind, seen };
}

/** Plays one schedule again, as a violation printed its choices. */
export function replay(program: Program, topology: Topology, choices: readonly number[]): Promise<Exploration> {
  return explore(program, topology, new OneSchedule(choices));
}

async function perform(
  program: Program,
  topology: Topology,
  stage: Stage,
  choices: Choices,
  { seen, watch }: { readonly seen: Seen; readonly watch: (run: Run) => void },
): Promise<void> {
  const world = await topology.open(stage);
  try {
    const database = new Database();
    const scene: Scene = { stage, world, database, judge: new Judge(stage, database, program.promised ?? 'G1') };
    befall(program, scene);
    await program.setup?.(scene);
    await stage.rest();
    const ended = await stage.play(named(program.cast, scene), choices);
    watch({ trace: stage.trace, world, ended });
    if (!ended) return;
    stage.troubles = () => [];
    await stage.play([{ name: 'in the end', process: undefined, play: () => readAll(scene, program) }], IN_ORDER);
    seen.add(world.processes.all);
  } finally {
    await world.close();
  }
}

/** Lets happen to the run what the program allows, and tells the stage what there is besides the actors. */
function befall({ name, troubles, promised = 'G1', timePasses = false }: Program, scene: Scene): void {
  const { stage, world, database } = scene;
  const texts = [() => database.text(promised === 'G1'), () => world.text?.() ?? ''];
  if (timePasses) stage.passTime = () => ringFirst(world);
  if (troubles !== undefined) {
    if (world.server === undefined) throw new Error(`"${name}" needs a server that things can befall.`);
    const maker = new TroubleMaker(scene, world.server, troubles);
    stage.troubles = () => maker.now();
    stage.beginsApart = (process) => mayOwe(troubles) || (troubles.crashes?.of.includes(process) ?? false);
    texts.push(() => maker.text());
  }
  stage.surroundings = () => texts.map((text) => text()).join('\n');
  stage.history.keepsNothing = world.keepsNothing === true && !mayOwe(troubles);
}

/** Answers the process whose timer it was. */
function ringFirst({ processes }: World): number | undefined {
  const dues = processes.numbers.map((process) => processes.subject(process).timers?.nextDue ?? Infinity);
  const first = Math.min(...dues);
  if (first === Infinity) return undefined;
  const process = dues.indexOf(first);
  processes.subject(process).timers?.ringNext();
  return process;
}

/** Whether an invalidation can fail, which a process then owes. */
function mayOwe({ lost = 0, restarts = 0 }: Troubles = {}): boolean {
  return lost > 0 || restarts > 0;
}

function named(cast: readonly Role[], scene: Scene): Actor[] {
  const counts = new Map<string, number>();
  return cast.map((role) => {
    const count = (counts.get(role.name) ?? 0) + 1;
    counts.set(role.name, count);
    return {
      name: count === 1 ? role.name : `${role.name} ${count}`,
      process: role.process === undefined ? undefined : scene.world.processes.numberOf(role.process),
      alike: role.alike,
      goesOn: role.goesOn,
      play: () => role.play(scene),
    };
  });
}

async function readAll(
  { stage, world, database, judge: judgeHits }: Scene,
  { keys, unasked = [] }: Program,
): Promise<void> {
  const judge = database.beginRead(keys);
  judgeHits.begin(keys);
  const found = (row: Row): void => {
    stage.remark(`reads ${row.key} v${row.version}`);
    judge([row]);
    judgeHits.end([row]);
  };
  const asked = world.keepsNothing === true ? [0] : world.processes.numbers;
  for (const process of asked.filter((one) => !unasked.includes(one))) {
    const subject = world.processes.subject(process);
    // Together first: single reads never look at an entry that holds many.
    if (keys.length > 1) (await subject.peekMany(keys)).forEach(found);
    for (const key of keys) {
      const row = await subject.peek(key);
      if (row !== undefined) found(row);
    }
  }
}
