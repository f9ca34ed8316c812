import { describe, expect, it } from '@jest/globals';

import { NAME, Replicas, WAIT } from '../../../../support/core/replicas.js';

describe('the pauses of who waits', () => {
  /** When the leases were asked. */
  const schedule = async (replicas: Replicas): Promise<number[]> => {
    const asked: number[] = [];
    replicas.leases.occupy(NAME, 10 * WAIT);
    replicas.take();
    for (let ms = 0; ms < WAIT; ms++) {
      await replicas.pass(ms === 0 ? 0 : 1);
      while (asked.length < replicas.asked('leases.acquire')) asked.push(replicas.timers.now());
    }
    return asked;
  };

  it('grow from 10 to 100 ms', async () => {
    const asked = [0, 10, 30, 70, 150, 250, 350, 450, 550, 650, 750, 850, 950];
    expect(await schedule(new Replicas())).toEqual(asked);
  });

  it('are up to half as long again, by chance, so that replicas do not ask in step', async () => {
    const replicas = new Replicas();
    replicas.random = 1;
    expect(await schedule(replicas)).toEqual([0, 15, 45, 105, 205, 305, 405, 505, 605, 705, 805, 905]);
  });

  it('keep the process alive like any request, and not when the wait is over', async () => {
    const replicas = new Replicas();
    replicas.leases.occupy(NAME, 10 * WAIT);
    const waiting = replicas.take();
    await replicas.pass(200);
    expect(replicas.timers.holding).toBeGreaterThan(0);
    replicas.found = 'value';
    await replicas.pass(100);
    expect(waiting.taken).toEqual({ found: 'value' });
    expect(replicas.timers.holding).toBe(0);
    // The deadline of operations that have ended rings once more, and keeps nothing alive.
    await replicas.pass(WAIT);
    expect(replicas.timers.waiting).toBe(0);
  });
});
