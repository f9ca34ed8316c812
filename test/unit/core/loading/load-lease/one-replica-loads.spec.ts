import { describe, expect, it } from '@jest/globals';

import { RefreshableHit } from '../../../../../lib/core/stores/hits.js';
import { Miss } from '../../../../../lib/core/stores/miss.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { NAME, Replicas, leaseOf, WAIT } from '../../../../support/core/replicas.js';

const STAMP = { storedAt: 0, freshMs: 1 };
/** What is held is the value itself. */
const ORIGIN = { value: (_key: string, held: string): string => held };

describe('of all replicas that miss a key', () => {
  it('the first is to load it, under the generation that it read once it had the lease', async () => {
    const replicas = new Replicas();
    const moved = new Miss('absent', 2);
    replicas.leases.script.before('acquire', () => (replicas.found = moved));
    const first = replicas.take();
    await settled();
    expect(first.taken).toEqual({ lease: leaseOf(first), last: moved });
    expect(replicas.log.steps()).toEqual(['leases.acquire', 'store.read']);
    expect(replicas.holder).toBe('replica-0');
  });

  it('the others wait for its fill, and do not load', async () => {
    const replicas = new Replicas();
    const first = replicas.take();
    await settled();
    const others = Array.from({ length: 10 }, () => replicas.take());
    await replicas.pass(500);
    expect(others.map(({ taken }) => taken)).toEqual(others.map(() => undefined));

    replicas.found = 'value';
    leaseOf(first).release();
    await replicas.pass(100);
    expect(others.map(({ taken }) => taken)).toEqual(others.map(() => ({ found: 'value' })));
    expect(replicas.holder).toBeUndefined();
    expect(replicas.events.all).toEqual([]);
  });

  it('those who find its fill need not wait until it gives the lease back', async () => {
    const replicas = new Replicas();
    replicas.take();
    await settled();
    const other = replicas.take();
    await settled();
    replicas.found = 'value';
    await replicas.pass(100);
    expect(other.taken).toEqual({ found: 'value' });
    expect(replicas.holder).toBe('replica-0');
  });

  it('who gets the lease just after its fill finds that, and gives the lease back', async () => {
    const replicas = new Replicas();
    replicas.leases.occupy(NAME, WAIT);
    replicas.leases.script.before('acquire', () => {
      replicas.found = 'value';
      replicas.leases.free(NAME);
    });
    const second = replicas.take();
    await settled();
    expect(second.taken).toEqual({ found: 'value' });
    expect(replicas.holder).toBeUndefined();
  });

  it('the next is to load when the first has filled nothing, under the generation that it read last', async () => {
    const replicas = new Replicas();
    const first = replicas.take();
    await settled();
    const second = replicas.take();
    await replicas.pass(200);
    replicas.found = new Miss('absent', 2);
    leaseOf(first).release();
    await replicas.pass(100);
    expect(second.taken).toEqual({ lease: leaseOf(second), last: replicas.found });
    expect(replicas.holder).toBe('replica-1');
  });

  it('whoever loads and has filled gives the key back, once', async () => {
    const replicas = new Replicas();
    const first = replicas.take();
    await settled();
    leaseOf(first).release();
    leaseOf(first).release();
    await settled();
    expect(replicas.holder).toBeUndefined();
    expect(replicas.asked('leases.release')).toBe(1);
  });
});

describe('a hit', () => {
  it.each([
    ['of null', null as unknown as string],
    ['that is an error, as values may be', new Error('a value') as unknown as string],
    ['that is to be refreshed early', new RefreshableHit('value', 1, false, STAMP, undefined, ORIGIN, 'value')],
  ])('%s is enough', async (_, hit) => {
    const replicas = new Replicas();
    replicas.found = hit;
    const first = replicas.take();
    await settled();
    expect(first.taken).toEqual({ found: hit });
    expect(replicas.holder).toBeUndefined();
  });

  it('past its soft ttl is not: one loads it anew, the others wait for that', async () => {
    const replicas = new Replicas();
    replicas.found = new RefreshableHit('old', 1, true, STAMP, undefined, ORIGIN, 'old');
    const [first, second] = [replicas.take(), replicas.take()];
    await replicas.pass(100);
    expect(first.taken).toEqual({ lease: leaseOf(first), last: replicas.found });
    expect(second.taken).toBeUndefined();
    replicas.found = 'new';
    await replicas.pass(100);
    expect(second.taken).toEqual({ found: 'new' });
  });

  it('is what the caller says is enough', async () => {
    const replicas = new Replicas();
    replicas.found = new RefreshableHit('old', 1, false, STAMP, undefined, ORIGIN, 'old');
    const first = replicas.take({ enough: (hit) => !(hit instanceof RefreshableHit) });
    await settled();
    expect(first.taken).toEqual({ lease: leaseOf(first), last: replicas.found });
  });
});
