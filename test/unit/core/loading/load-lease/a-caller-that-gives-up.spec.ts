import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import { NAME, Replicas, WAIT, leaseOf } from '../../../../support/core/replicas.js';

const REASON = new Error('gave up');

describe('a caller that gives up', () => {
  it('while others load waits no longer, and asks no more', async () => {
    const replicas = new Replicas();
    replicas.leases.occupy(NAME, WAIT);
    const controller = new AbortController();
    const { end } = replicas.take({ signal: controller.signal });
    await replicas.pass(200);
    const asked = replicas.log.calls.length;
    controller.abort(REASON);
    await expect(end).rejects.toBe(REASON);
    expect(replicas.timers.holding).toBe(0);
    await replicas.pass(WAIT);
    expect(replicas.log.calls).toHaveLength(asked);
  });

  it('before it began asks nothing', async () => {
    const replicas = new Replicas();
    await expect(replicas.take({ signal: AbortSignal.abort(REASON) }).end).rejects.toBe(REASON);
    await replicas.pass(WAIT);
    expect(replicas.log.calls).toEqual([]);
    expect(replicas.timers.waiting).toBe(0);
  });

  it('while the lease is on its way gives it back', async () => {
    const replicas = new Replicas();
    replicas.leases.script.fail('acquire', 'hang');
    const controller = new AbortController();
    const { end } = replicas.take({ signal: controller.signal });
    await settled();
    controller.abort(REASON);
    await expect(end).rejects.toBe(REASON);
    replicas.leases.script.mend();
    replicas.leases.script.release();
    await settled();
    expect(replicas.asked('leases.release')).toBe(1);
    expect(replicas.holder).toBeUndefined();
    expect(replicas.asked('store.read')).toBe(0);
  });

  it('while it reads under the lease gives it back', async () => {
    const replicas = new Replicas();
    replicas.store.fail('read', 'hang');
    const controller = new AbortController();
    const { end } = replicas.take({ signal: controller.signal });
    await settled();
    expect(replicas.holder).toBe('replica-0');
    controller.abort(REASON);
    await expect(end).rejects.toBe(REASON);
    await settled();
    expect(replicas.holder).toBeUndefined();
  });

  it('after the wait has ended keeps the lease for its load', async () => {
    const replicas = new Replicas();
    const controller = new AbortController();
    const first = replicas.take({ signal: controller.signal });
    await settled();
    controller.abort(REASON);
    await settled();
    expect(replicas.holder).toBe('replica-0');
    leaseOf(first).release();
    await settled();
    expect(replicas.holder).toBeUndefined();
  });
});
