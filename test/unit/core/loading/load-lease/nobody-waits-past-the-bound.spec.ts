import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import { NAME, Replicas, TIMEOUT, WAIT, leaseOf, withoutLease } from '../../../../support/core/replicas.js';

describe('nobody waits past the bound', () => {
  it('for one who takes too long: each loads without a lease, under what it read last', async () => {
    const replicas = new Replicas();
    replicas.leases.occupy(NAME, 10 * WAIT);
    const others = [replicas.take(), replicas.take()];
    await replicas.pass(WAIT - 1);
    expect(others.map(({ taken }) => taken)).toEqual([undefined, undefined]);
    await replicas.pass(1);
    for (const { taken } of others) expect(taken).toEqual(withoutLease(replicas.found));
    expect(replicas.holder).toBe('somebody');
  });

  it('for one who crashed: what is left of his lease is all that the next waits', async () => {
    const replicas = new Replicas();
    replicas.take();
    await replicas.pass(700);
    const second = replicas.take();
    await replicas.pass(300 + 100);
    expect(second.taken).toEqual({ lease: leaseOf(second), last: replicas.found });
    expect(replicas.holder).toBe('replica-1');
    // It lasts as long as others may wait for it.
    await replicas.pass(WAIT);
    expect(replicas.holder).toBeUndefined();
  });

  it('for leases that do not answer: one load begins after the deadline of an operation', async () => {
    const replicas = new Replicas();
    replicas.leases.script.fail('acquire', 'hang');
    const first = replicas.take();
    await replicas.pass(TIMEOUT - 1);
    expect(first.taken).toBeUndefined();
    await replicas.pass(1);
    expect(first.taken).toEqual(withoutLease(undefined));
    expect(replicas.events.faults()).toEqual(['lease']);
  });

  it('for leases that do not answer, when the bound is nearer than that deadline', async () => {
    const replicas = new Replicas();
    replicas.leases.script.fail('acquire', 'hang');
    const first = replicas.take({ waitMs: 100 });
    await replicas.pass(100);
    expect(first.taken).toEqual(withoutLease(undefined));

    // The answer comes all the same, and nobody is going to use it.
    replicas.leases.script.mend();
    replicas.leases.script.release();
    await settled();
    expect(replicas.asked('leases.release')).toBe(1);
    expect(replicas.holder).toBeUndefined();
  });

  it('for a read that does not answer: who has the lease by then keeps it for the load', async () => {
    const replicas = new Replicas();
    replicas.store.fail('read', 'hang');
    const first = replicas.take();
    await replicas.pass(WAIT);
    expect(first.taken).toEqual({ lease: leaseOf(first), last: undefined });
    replicas.found = 'late';
    replicas.store.release();
    await settled();
    expect(replicas.asked('leases.release')).toBe(0);
    leaseOf(first).release();
    await settled();
    expect(replicas.asked('leases.release')).toBe(1);
  });

  it('for a read that does not answer: once that answers, nothing more is asked or waited for', async () => {
    const replicas = new Replicas();
    replicas.leases.occupy(NAME, 10 * WAIT);
    replicas.store.fail('read', 'hang');
    const first = replicas.take();
    await replicas.pass(WAIT);
    expect(first.taken).toEqual(withoutLease(undefined));
    replicas.store.mend();
    replicas.store.release();
    await replicas.pass(WAIT);
    expect(replicas.timers.waiting).toBe(0);
    expect(replicas.log.steps()).toEqual(['leases.acquire', 'store.read']);
  });
});
