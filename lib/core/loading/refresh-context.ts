import { isPending } from '../../common/attempt.js';
import { outsideRequests } from '../../common/timers.js';
import { CasConfigError } from '../../errors.js';
import { outsideScope } from '../access/access-policy.js';
import { outsideRequestScopes } from '../request/request-scope.js';
import type { RefreshContext } from '../options/namespace-options.js';
import { outsideLoads } from './load-nesting.js';

/**
 * The async context (`AsyncLocalStorage`) that refreshes begin in. `'none'`: that of no request, so that nothing
 * outlives its request. `'caller'`: that of the caller, for loaders that find in it what their answer depends on, such
 * as the tenant; but never the scopes of this package: a transaction, a request, a load. Inside a transaction no
 * refresh is begun: libraries keep the one that is open in the same context, and a loader would read in it what is not
 * committed.
 */
export type RefreshBase = 'none' | 'caller';

export class RefreshSurroundings {
  private readonly base: RefreshBase;
  private readonly around: ((run: () => Promise<void>) => unknown) | undefined;

  /** @param base where the option does not say it */
  constructor(
    private readonly namespace: string,
    option: RefreshContext | undefined,
    base: RefreshBase = 'none',
  ) {
    this.base = typeof option === 'string' ? option : base;
    this.around = typeof option === 'function' ? option : undefined;
  }

  /**
   * Runs `start`, which answers when the refresh has ended, and never rejects.
   *
   * @param failed is told what a function of the application threw, and whether `start` was called
   */
  run(start: () => Promise<void>, failed: (cause: unknown, isStarted: boolean) => void): void {
    const { around } = this;
    this.leaveCaller(around === undefined ? () => void start() : () => this.runWithin(around, start, failed));
  }

  /** Runs work on behalf of no caller, which is part of no transaction, no request and no load. */
  leaveCaller(work: () => void): void {
    if (this.base === 'none') outsideRequests(work);
    else outsideScope(() => outsideRequestScopes(() => outsideLoads(work)));
  }

  private runWithin(
    around: (run: () => Promise<void>) => unknown,
    start: () => Promise<void>,
    failed: (cause: unknown, isStarted: boolean) => void,
  ): void {
    let running: Promise<void> | undefined;
    const fail = (cause: unknown): void => failed(cause, running !== undefined);
    const ended = (): void => {
      if (running === undefined) fail(this.notCalled());
    };
    try {
      const answer = around(() => (running ??= start()));
      if (isPending(answer)) answer.then(ended, fail);
      else ended();
    } catch (cause) {
      fail(cause);
    }
  }

  private notCalled(): CasConfigError {
    const { namespace } = this;
    return new CasConfigError(
      `refreshContext of namespace "${namespace}" did not call the function that it was given, so nothing was loaded: call it, ` +
        'and return what it answers.',
      { namespace },
    );
  }
}
