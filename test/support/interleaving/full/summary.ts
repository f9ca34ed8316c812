import type { Exploration } from '../explore.js';
import type { Trial } from '../mutants/trial.js';
import { PROGRAMS, ROUGH } from '../programs/catalogue.js';
import { count } from '../report.js';
import type { Word } from './worker.js';

/** Seconds of a processor. */
const WORTH_A_LINE = 5;

interface Table {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** What came of all tasks. */
export class Summary {
  private readonly explored = new Map<number, Exploration>();
  private readonly tried = new Map<number, Trial>();
  private seconds = 0;
  private readonly failures = new Map<number, string>();

  constructor(private readonly names: readonly string[]) {}

  get isClean(): boolean {
    return this.failures.size === 0 && [...this.tried.values()].every(({ caught }) => caught);
  }

  add(word: Word): void {
    if (!('done' in word)) return;
    if ('failure' in word) {
      this.failures.set(word.done, word.failure);
      process.stdout.write(`\n${this.names[word.done] ?? ''}\n${word.failure}\n`);
      return;
    }
    const { outcome, seconds } = word;
    this.seconds += seconds;
    // Who waits wants to see that it goes on.
    if (seconds > WORTH_A_LINE) process.stdout.write(`  ${this.names[word.done] ?? ''}: ${seconds.toFixed(0)} s\n`);
    if ('tried' in outcome) this.tried.set(word.done, outcome.tried);
    else this.explored.set(word.done, outcome.explored);
  }

  tables(): Table[] {
    const sections = new Map<string, Exploration[]>();
    for (const exploration of inOrder(this.explored)) {
      const { topology } = exploration;
      sections.set(topology, [...(sections.get(topology) ?? []), exploration]);
    }
    const head = ['program', 'schedules', 'played', 'steps', 'violations', 'which'];
    return [
      ...[...sections].map(([title, some]) => ({ title, rows: [head, ...some.map(explorationRow)] })),
      { title: 'Violations and failures', rows: inOrder(this.failures).map((failure) => [failure]) },
      {
        title: 'Broken variants, and what caught them',
        rows: [['variant', 'on', 'caught by', 'and, at a glance, by'], ...inOrder(this.tried).map(trialRow)],
      },
      { title: 'Programs', rows: [...PROGRAMS, ...ROUGH].map(({ name }, i) => [`${i + 1}`, name]) },
    ].filter(({ rows }) => rows.length > 0);
  }

  line(seconds: number): string {
    const all = [...this.explored.values()];
    const sum = (of: (exploration: Exploration) => number): number => all.reduce((total, each) => total + of(each), 0);
    const caught = [...this.tried.values()].filter((trial) => trial.caught).length;
    return [
      `${count(sum(({ runs }) => runs))} schedules played, ${count(sum(({ steps }) => steps))} steps, which stand for ${count(sum(({ schedules }) => schedules))} schedules`,
      `${count(this.failures.size)} violations`,
      `${caught} of ${this.tried.size} broken variants caught`,
      `${seconds.toFixed(0)} s, ${this.seconds.toFixed(0)} s of processors`,
    ].join('; ');
  }
}

function explorationRow({ program, schedules, runs, steps, kind }: Exploration): string[] {
  return [program, count(schedules), count(runs), count(steps), '0', kind];
}

function trialRow({ mutant, on, program, caught, others }: Trial): string[] {
  return [mutant, on, caught ? program : 'NOT CAUGHT', others.join(' ')];
}

function inOrder<T>(found: ReadonlyMap<number, T>): T[] {
  return [...found].toSorted(([one], [other]) => one - other).map(([, each]) => each);
}
