import { describe, expect, it } from '@jest/globals';

import {
  MISS_DISABLED,
  MISS_PENDING,
  MISS_UNAVAILABLE,
  MISS_WRITTEN_HERE,
  Miss,
} from '../../../../../lib/core/stores/miss.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { NAME, Replicas, WAIT, leaseOf, withoutLease } from '../../../../support/core/replicas.js';

describe('the load begins at once', () => {
  it.each(['throw', 'reject'] as const)('when the leases %s', async (how) => {
    const replicas = new Replicas();
    replicas.leases.script.fail('acquire', how);
    const first = replicas.take();
    await settled();
    expect(first.taken).toEqual(withoutLease(undefined));
    expect(replicas.events.of('fault')).toMatchObject([{ operation: 'lease', key: 'a', namespace: 'ns' }]);
    expect(replicas.timers.holding).toBe(0);
  });

  it('when they fail after a while, under what was read last', async () => {
    const replicas = new Replicas();
    replicas.leases.occupy(NAME, WAIT);
    const first = replicas.take();
    await replicas.pass(50);
    replicas.leases.script.fail('acquire', 'reject');
    await replicas.pass(50);
    expect(first.taken).toEqual(withoutLease(replicas.found));
  });

  it.each(['throw', 'reject'] as const)('when the read %s: with the lease, if it was had', async (how) => {
    const replicas = new Replicas();
    replicas.store.fail('read', how);
    const [first, second] = [replicas.take(), replicas.take()];
    await settled();
    expect(first.taken).toEqual({ lease: leaseOf(first), last: undefined });
    expect(second.taken).toEqual(withoutLease(undefined));
    expect(replicas.events.faults()).toEqual(['get', 'get']);
  });

  it.each([
    ['the stores fail', MISS_UNAVAILABLE],
    ['the cache is closed', MISS_DISABLED],
    ['an invalidation has not landed', MISS_PENDING],
    ['the key was written in this transaction', MISS_WRITTEN_HERE],
    ['a write of the key is open', new Miss('open', -1)],
  ])('and without a lease, when nothing can be filled: %s', async (_, miss) => {
    const replicas = new Replicas();
    replicas.found = miss;
    const first = replicas.take();
    await settled();
    expect(first.taken).toEqual(withoutLease(miss));
    expect(replicas.holder).toBeUndefined();

    replicas.leases.occupy(NAME, WAIT);
    const second = replicas.take();
    await settled();
    expect(second.taken).toEqual(withoutLease(miss));
    expect(replicas.holder).toBe('somebody');
  });
});

describe('a lease that cannot be given back', () => {
  it.each(['throw', 'reject'] as const)('is reported, and nobody hears of it (%s)', async (how) => {
    const replicas = new Replicas();
    const first = replicas.take();
    await settled();
    replicas.leases.script.fail('release', how);
    leaseOf(first).release();
    await settled();
    expect(replicas.events.of('fault')).toMatchObject([{ operation: 'lease', key: 'a' }]);
  });
});
