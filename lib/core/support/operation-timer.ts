import type { OperationEvent, TimedOperation } from '../../contracts/hooks.js';
import type { Timers } from '../../common/timers.js';
import type { Reporter } from './reporter.js';

/** Tells hooks how long stores take. Made only where one asks for it. */
export class OperationTimer {
  constructor(
    private readonly reporter: Reporter,
    private readonly timers: Pick<Timers, 'now'>,
  ) {}

  /** In milliseconds, with fractions. */
  now(): number {
    return this.timers.now();
  }

  /** What an operation on one key has come to, which does not fail and has begun just now. */
  async one<T>(operation: TimedOperation, key: string, work: Promise<T>, isOk: (answer: T) => boolean): Promise<T> {
    const begunAt = this.now();
    const answer = await work;
    this.tell({ operation, key, keys: 1, hits: 0, ok: isOk(answer) }, begunAt);
    return answer;
  }

  /** As `one`, on many keys. */
  async many<T>(operation: TimedOperation, keys: number, work: Promise<T>, isOk: (answer: T) => boolean): Promise<T> {
    const begunAt = this.now();
    const answer = await work;
    this.ended(operation, keys, begunAt, isOk(answer));
    return answer;
  }

  /** @param ok whether the stores have answered, in time */
  ended(operation: TimedOperation, keys: number, begunAt: number, ok: boolean): void {
    this.tell({ operation, key: undefined, keys, hits: 0, ok }, begunAt);
  }

  tell(what: Omit<OperationEvent, 'type' | 'namespace' | 'durationMs'>, begunAt: number): void {
    this.reporter.operation({ ...what, durationMs: this.now() - begunAt });
  }
}
