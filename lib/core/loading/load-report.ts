import { isPending } from '../../common/attempt.js';
import type { Timers } from '../../common/timers.js';
import type { LoadBeginEvent, LoadOutcome } from '../../contracts/hooks.js';
import type { Reporter } from '../support/reporter.js';

/** What is told of a load. */
export interface ReportedLoad {
  /** Among the loads of its cache. */
  readonly id: number;
  readonly observed: ReadonlyMap<string, unknown>;
  /** Calls that joined it. */
  readonly joiners: number;
}

/** Tells hooks of one call of a loader: when it began, and once, what it came to. */
export class LoadReport {
  private readonly begun: LoadBeginEvent;
  private readonly begunAt: number;
  private isOver = false;

  constructor(
    private readonly load: ReportedLoad,
    refresh: boolean,
    private readonly reporter: Reporter,
    private readonly timers: Timers,
  ) {
    const { namespace } = reporter;
    this.begun = { type: 'load-begin', namespace, id: load.id, keys: [...load.observed.keys()], refresh };
    this.begunAt = timers.now();
  }

  /** Runs the loader inside of the hooks that ask for it. It is called once, and at once, whatever they do. */
  around<T>(loader: () => Promise<T>): Promise<T> {
    this.reporter.loadBegins(this.begun);
    return this.reporter.aroundLoads.reduceRight<() => Promise<T>>(
      (next, hook) => () => inside((once) => hook.aroundLoad(this.begun, once), next),
      loader,
    )();
  }

  /** Only the first end counts: a loader that was given up may still run. */
  end(outcome: LoadOutcome, cause?: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    const durationMs = this.timers.now() - this.begunAt;
    const event = { ...this.begun, type: 'load-end', outcome, durationMs, shared: this.load.joiners } as const;
    this.reporter.loadEnds(cause === undefined ? event : { ...event, cause });
  }
}

/** `undefined` where no hook asks. */
export function reportOf(
  load: ReportedLoad,
  refresh: boolean,
  reporter: Reporter,
  timers: Timers,
): LoadReport | undefined {
  const isAsked = reporter.aroundLoads.length > 0 || reporter.wants('load-begin') || reporter.wants('load-end');
  return isAsked ? new LoadReport(load, refresh, reporter, timers) : undefined;
}

/**
 * A hook is a guest: whether it throws, waits or forgets to go on, the loader runs, and what it came to is the answer.
 */
function inside<T>(hook: (once: () => Promise<T>) => unknown, next: () => Promise<T>): Promise<T> {
  let running: Promise<T> | undefined;
  const once = (): Promise<T> => (running ??= next());
  try {
    const answer = hook(once);
    if (isPending(answer)) answer.then(undefined, () => undefined);
  } catch {
    // The loader is called below.
  }
  return once();
}
