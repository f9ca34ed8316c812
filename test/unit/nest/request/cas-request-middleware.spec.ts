import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';

import { runInCasRequest } from '../../../../lib/core/request/cas-request.js';
import { currentRequest } from '../../../../lib/core/request/request-scope.js';
import { CasRequestMiddleware } from '../../../../lib/nest/request/cas-request.middleware.js';

// As `app.use` is given it.
const { use } = new CasRequestMiddleware();

describe('the middleware', () => {
  it('runs what comes after it in a request, until the response is closed', async () => {
    const response = new EventEmitter();
    const found = await new Promise<ReturnType<typeof currentRequest>>((resolve) => {
      use({}, response, () => void setImmediate().then(() => resolve(currentRequest())));
    });
    expect(found?.isOpen).toBe(true);
    response.emit('close');
    expect(found?.isOpen).toBe(false);
    expect(currentRequest()).toBeUndefined();
  });

  it('joins the request that runs already, and leaves its end to it', async () => {
    await runInCasRequest(() => {
      const outer = currentRequest();
      const response = new EventEmitter();
      use({}, response, () => expect(currentRequest()).toBe(outer));
      response.emit('close');
      expect(outer?.isOpen).toBe(true);
    });
  });
});
