import { LONGEST_TIMER } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import type { Reporter } from '../support/reporter.js';
import { alarm } from '../support/with-timeout.js';
import type { Alarm } from '../support/with-timeout.js';
import type { FillDeadline } from './fill-deadline.js';
import { lateError } from './late-error.js';
import type { Load } from './load.js';
import { isForOne } from './load-plan.js';
import type { Plan } from './load-plan.js';
import type { LoadQueue } from './load-queue.js';

/** How long loads may take, and what becomes of those that take longer. */
export class LoadTimes<V> {
  /** When loads end whose time is over, and that go on. */
  private readonly late = new Map<Load<V>, Alarm>();

  constructor(
    private readonly reporter: Reporter,
    private readonly timers: Timers,
    private readonly queue: LoadQueue | undefined,
    private readonly fillDeadline: Pick<FillDeadline, 'ms'>,
  ) {}

  /** Sees to it that the load has an end when it has taken, or waited for its turn, as long as it may. */
  limit(load: Load<V>, { reading: { loadTimeoutMs }, purpose }: Plan<V>): Alarm | undefined {
    if (loadTimeoutMs === undefined) return undefined;
    const late = alarm(this.timers, loadTimeoutMs);
    void late.promise.then(() => {
      if (load.isOver) return;
      this.reporter.failedLoad();
      const waited = this.queue?.giveUp(load) === true;
      const error = lateError(this.reporter.namespace, [...load.observed.keys()], loadTimeoutMs, waited);
      const left = this.fillDeadline.ms - load.tookMs(this.timers.now());
      const mayFill = left > 0 && [...load.observed.values()].some((observed) => observed !== 0);
      if (!mayFill || isForOne(purpose)) load.abort(error);
      else if (load.overrun(error) && left <= LONGEST_TIMER) this.endLate(load, error, left);
    });
    return late;
  }

  forget(load: Load<V>): void {
    this.late.get(load)?.stop();
    this.late.delete(load);
  }

  /** When nothing can be filled any more: a loader that hangs must not keep its key for ever. */
  private endLate(load: Load<V>, error: Error, ms: number): void {
    const end = alarm(this.timers, ms, true);
    this.late.set(load, end);
    void end.promise.then(() => load.abort(error));
  }
}
