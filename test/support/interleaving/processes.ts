import type { Subject } from './subject.js';

/** The caches of some processes, each made when it is first used, and each of which may begin anew. */
export class Processes {
  /** Every cache that there was, those of before a restart too. */
  readonly all: Subject[] = [];
  readonly numbers: readonly number[];
  private readonly current: (Subject | undefined)[];

  constructor(
    count: number,
    private readonly start: (process: number) => Subject,
  ) {
    this.numbers = Array.from({ length: count }, (_, process) => process);
    this.current = this.numbers.map(() => undefined);
  }

  /** Counted round: in a world of one process, every number means that one. */
  numberOf(process: number): number {
    return process % this.current.length;
  }

  subject(process: number): Subject {
    const number = this.numberOf(process);
    return (this.current[number] ??= this.begin(number));
  }

  restart(process: number): void {
    this.current[this.numberOf(process)] = undefined;
  }

  private begin(process: number): Subject {
    const subject = this.start(process);
    this.all.push(subject);
    return subject;
  }
}
