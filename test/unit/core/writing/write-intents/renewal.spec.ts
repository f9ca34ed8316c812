import { describe, expect, it } from '@jest/globals';

import { CasCommitUnknownError, CasIntentLostError } from '../../../../../lib/write-errors.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { pass, settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

class Writing {
  readonly write = new Deferred();
  signal!: AbortSignal;
  readonly done: Promise<void>;

  constructor(
    readonly stores: Rig,
    keys: string | readonly string[] = '42',
  ) {
    this.done = stores.cache.withWriteIntent(keys, ({ signal }) => {
      this.signal = signal;
      return this.write.promise;
    });
  }

  async pass(ms: number): Promise<void> {
    this.stores.timers.advance(ms);
    await settled();
  }

  get renewals(): number {
    return this.stores.log.of('intents.renew').length;
  }

  async end(): Promise<void> {
    this.write.resolve();
    await this.done;
  }
}

async function begin(stores: Rig, keys?: readonly string[]): Promise<Writing> {
  const writing = new Writing(stores, keys);
  await settled();
  return writing;
}

describe.each(TOPOLOGIES)('the lease of an intent: $name', ({ rig }) => {
  it('is renewed every third of it, while the write runs and no longer', async () => {
    const writing = await begin(rig());
    for (let third = 1; third <= 6; third++) {
      await writing.pass(9_999);
      expect(writing.renewals).toBe(third - 1);
      await writing.pass(1);
      expect(writing.renewals).toBe(third);
    }
    await writing.end();
    await writing.pass(60_000);
    expect(writing.renewals).toBe(6);
    expect(writing.signal.aborted).toBe(false);
    expect(writing.stores.timers.holding).toBe(0);
  });

  it('is that of the call, else that of the namespace', async () => {
    const stores = rig({ intentLease: '6s' });
    const writing = await begin(stores);
    await writing.pass(2_000);
    expect(stores.generations.intents.writers.get(stores.at('42'))).toEqual(new Map([['w1', 6_000]]));
    expect(writing.renewals).toBe(1);
    await writing.end();
    await stores.cache.withWriteIntent('42', () => undefined, { lease: '9s' });
    expect(stores.log.of('intents.open')).toHaveLength(2);
  });

  it('a lost token is never put back: the signal aborts, the hook is told, and the key is invalidated all the same', async () => {
    const stores = rig();
    const writing = await begin(stores, ['a', 'b']);
    stores.generations.intents.lose(stores.at('b'));
    await writing.pass(10_000);
    expect(writing.signal.aborted).toBe(true);
    expect(writing.signal.reason).toBeInstanceOf(CasIntentLostError);
    expect(stores.generations.intents.writers.has(stores.at('b'))).toBe(false);
    // What is still closed stays so: the write may not heed its signal.
    await writing.pass(10_000);
    expect(stores.log.of('intents.renew').at(-1)?.keys).toEqual([stores.at('a')]);
    const invalidations = stores.cache.stats().invalidations;
    await writing.end();
    expect(stores.cache.stats().invalidations).toBe(invalidations + 2);
    expect(stores.events.of('intent-lost').map(({ keys }) => keys)).toEqual([['b']]);
    expect(stores.cache.stats().intents).toEqual({ opened: 1, lost: 1 });
  });

  it('a token that the settle does not find was lost too', async () => {
    const stores = rig();
    const writing = await begin(stores);
    stores.generations.intents.lose(stores.at('42'));
    await writing.end();
    expect(stores.events.of('intent-lost').map(({ keys }) => keys)).toEqual([['42']]);
  });

  it('a renewal that fails is tried again soon, and the lease is not lost if one comes through in time', async () => {
    const stores = rig();
    const writing = await begin(stores);
    stores.generations.intents.script.fail('renew', 'reject');
    await writing.pass(10_000);
    for (let i = 0; i < 7; i++) await writing.pass(2_500);
    expect(writing.renewals).toBe(8);
    expect(writing.signal.aborted).toBe(false);
    stores.mend();
    await writing.pass(2_499);
    await writing.pass(1);
    expect(writing.signal.aborted).toBe(true);
    await writing.end();
  });

  it('that runs out is told of then, however long renewals go unanswered', async () => {
    const stores = rig();
    const writing = await begin(stores);
    stores.generations.intents.script.fail('renew', 'hang');
    await pass(stores.timers, 29_990, 10);
    expect(writing.signal.aborted).toBe(false);
    await pass(stores.timers, 10);
    expect(writing.signal.aborted).toBe(true);
    stores.mend();
    await writing.end();
  });

  it('leaves no timer behind when the write has ended, nor when its outcome is unknown', async () => {
    const stores = rig();
    for (let i = 0; i < 10; i++) {
      const writing = await begin(stores);
      if (i > 5) await pass(stores.timers, 10_000);
      await writing.end();
    }
    // That of the deadlines.
    expect(stores.timers.waiting).toBeLessThanOrEqual(1);
    const unknown = new CasCommitUnknownError('no answer');
    await expect(stores.cache.withWriteIntent('42', () => Promise.reject(unknown))).rejects.toBe(unknown);
    // That of the second invalidation.
    expect(stores.timers.waiting).toBeLessThanOrEqual(2);
  });

  it('comes through in time: it goes on', async () => {
    const stores = rig();
    const writing = await begin(stores);
    stores.generations.intents.script.fail('renew', 'reject');
    await writing.pass(10_000);
    stores.mend();
    await writing.pass(2_500);
    for (let i = 0; i < 6; i++) await writing.pass(10_000);
    expect(writing.signal.aborted).toBe(false);
    await writing.end();
    expect(stores.events.of('intent-lost')).toEqual([]);
  });

  it('is counted from before the request was sent', async () => {
    const stores = rig({ timeout: 60_000, intentLease: 9_000 });
    stores.timers.advance(1_234);
    stores.generations.intents.script.fail('open', 'hang');
    const writing = new Writing(stores);
    stores.timers.advance(8_000);
    stores.mend();
    stores.release();
    await settled();
    stores.generations.intents.script.fail('renew', 'reject');
    // 9,000 since the request, though only 1,000 since its answer; looked at when it is due to be renewed.
    await writing.pass(3_000);
    expect(writing.signal.aborted).toBe(true);
    await writing.end();
  });

  it('so is each renewal', async () => {
    const stores = rig({ timeout: 60_000, intentLease: 9_000 });
    const writing = await begin(stores);
    stores.generations.intents.script.fail('renew', 'hang');
    await writing.pass(8_000);
    stores.mend();
    stores.release();
    await settled();
    stores.generations.intents.script.fail('renew', 'reject');
    // Asked for at 3,000, answered at 8,000: it lasts until 12,000.
    await writing.pass(3_999);
    expect(writing.signal.aborted).toBe(false);
    await writing.pass(1_000);
    expect(writing.signal.aborted).toBe(true);
    await writing.end();
  });

  it('a write that ends after the lease of an unanswered renewal ran out is told of', async () => {
    const stores = rig({ timeout: 60_000 });
    const writing = await begin(stores);
    stores.generations.intents.script.fail('renew', 'hang');
    await writing.pass(30_000);
    stores.mend();
    await writing.end();
    expect(stores.events.of('intent-lost').map(({ keys }) => keys)).toEqual([['42']]);
  });
});
