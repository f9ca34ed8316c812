import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { defer, lastValueFrom, NEVER, throwError } from 'rxjs';

import { runInCasRequest } from '../../../../lib/core/request/cas-request.js';
import { currentRequest } from '../../../../lib/core/request/request-scope.js';
import type { RequestScope } from '../../../../lib/core/request/request-scope.js';
import { CasRequestInterceptor } from '../../../../lib/nest/request/cas-request.interceptor.js';

const context = {} as ExecutionContext;
const interceptor = new CasRequestInterceptor();

/** A handler, and the request that it found itself in. */
class Handler implements CallHandler<unknown> {
  found: RequestScope | undefined;
  /** Nest binds the handler to where it is asked for, not to where it is subscribed to. */
  asked: RequestScope | undefined;

  constructor(private readonly work: () => unknown) {}

  readonly handle = () => {
    this.asked = currentRequest();
    return defer(async () => {
      await setImmediate();
      this.found = currentRequest();
      return this.work();
    });
  };
}

describe('the interceptor', () => {
  it('runs the handler in a request, which ends with it', async () => {
    const handler = new Handler(() => currentRequest()?.isOpen);
    expect(await lastValueFrom(interceptor.intercept(context, handler))).toBe(true);
    expect(handler.asked).toBe(handler.found);
    expect(handler.found?.isOpen).toBe(false);
    expect(currentRequest()).toBeUndefined();
  });

  it('a handler that fails ends it too', async () => {
    const error = new Error('no');
    let found: RequestScope | undefined;
    const handle = (): ReturnType<CallHandler['handle']> => {
      found = currentRequest();
      return throwError(() => error);
    };
    await expect(lastValueFrom(interceptor.intercept(context, { handle }))).rejects.toBe(error);
    expect(found?.isOpen).toBe(false);
  });

  it('and one that nobody listens to any more', () => {
    let found: RequestScope | undefined;
    const handle = (): ReturnType<CallHandler['handle']> => {
      found = currentRequest();
      return NEVER;
    };
    const subscription = interceptor.intercept(context, { handle }).subscribe();
    expect(found?.isOpen).toBe(true);
    subscription.unsubscribe();
    expect(found?.isOpen).toBe(false);
  });

  it('joins the request that runs already, and leaves its end to it', async () => {
    await runInCasRequest(async () => {
      const outer = currentRequest();
      const handler = new Handler(() => undefined);
      await lastValueFrom(interceptor.intercept(context, handler));
      expect(handler.found).toBe(outer);
      expect(outer?.isOpen).toBe(true);
    });
  });

  it('two calls are two requests', async () => {
    const handlers = [new Handler(() => 1), new Handler(() => 2)];
    await Promise.all(handlers.map((handler) => lastValueFrom(interceptor.intercept(context, handler))));
    expect(handlers[0]?.found).not.toBe(handlers[1]?.found);
  });
});
