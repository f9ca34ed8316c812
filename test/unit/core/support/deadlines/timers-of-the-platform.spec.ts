import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';

import { SYSTEM_TIMERS } from '../../../../../lib/common/timers.js';

describe('the timers of the platform', () => {
  it('run outside of the async context that set them, and so does what those set: it may be long gone', async () => {
    const request = new AsyncLocalStorage<string>();
    const ring = (ms: number): Promise<unknown> =>
      new Promise((resolve) => void SYSTEM_TIMERS.set(() => resolve(request.getStore()), ms));
    const seen = request.run('of a request', () => ring(1));
    expect(await seen).toBeUndefined();
  });

  it('do not ring at once for what is too far away for Node', async () => {
    let rung = 0;
    const timer = SYSTEM_TIMERS.set(() => rung++, 2 ** 31);
    await new Promise((resume) => void SYSTEM_TIMERS.set(() => resume(undefined), 5));
    timer.close?.();
    expect(rung).toBe(0);
  });

  it('can be called off', async () => {
    let rung = 0;
    SYSTEM_TIMERS.set(() => rung++, 1).close?.();
    await new Promise((resume) => void SYSTEM_TIMERS.set(() => resume(undefined), 5));
    expect(rung).toBe(0);
  });
});
