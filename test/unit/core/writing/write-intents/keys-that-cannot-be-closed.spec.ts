import { describe, expect, it } from '@jest/globals';

import { CasTimeoutError } from '../../../../../lib/errors.js';
import { CasIntentUnavailableError, CasInvalidateError } from '../../../../../lib/write-errors.js';
import { pass, settled } from '../../../../support/core/manual-timers.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const refused = new Error('no');

const begun = (): never => {
  throw new Error('begun');
};

async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe.each(TOPOLOGIES)('an intent that cannot be had: $name', ({ rig }) => {
  it('for one key: the write is not begun, and every key of the call is settled', async () => {
    const stores = rig();
    stores.generations.intents.script.failKey('open', stores.at('b'), refused);
    const error = await caught(stores.cache.withWriteIntent(['a', 'b'], begun));
    expect(error).toBeInstanceOf(CasIntentUnavailableError);
    expect((error as CasIntentUnavailableError).failures).toEqual(new Map([['b', refused]]));
    expect(stores.log.of('intents.settle')[0]?.keys).toEqual([stores.at('a'), stores.at('b')]);
    expect(stores.generations.intents.writers.size).toBe(0);
    expect(stores.events.faults()).toEqual(['intent']);
  });

  it("'proceed': the write runs, and its keys are invalidated after it", async () => {
    const stores = rig();
    stores.seed('a', 'old');
    stores.seed('b', 'old');
    stores.generations.intents.script.failKey('open', stores.at('b'), refused);
    const write = stores.cache.withWriteIntent(['a', 'b'], () => 'done', { onUnavailable: 'proceed' });
    expect(await write).toBe('done');
    for (const key of ['a', 'b']) expect(await stores.cache.get(key)).toBeUndefined();
    // Nothing was lost: it had not been had.
    expect(stores.events.of('intent-lost')).toEqual([]);
    expect(stores.cache.stats().invalidations).toBe(2);
  });

  it('no answer within the deadline: what was perhaps opened is settled once the store answers', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    stores.hang();
    stores.generations.intents.script.fail('*', 'hang');
    const error = caught(stores.cache.withWriteIntent('42', begun));
    for (let i = 0; i < 2; i++) {
      await settled();
      stores.timers.advance(250);
    }
    const unavailable = (await error) as CasIntentUnavailableError;
    expect(unavailable.failures.get('42')).toBeInstanceOf(CasTimeoutError);
    stores.mend();
    stores.release();
    await pass(stores.timers, 1_000);
    expect(stores.generations.intents.writers.size).toBe(0);
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(0);
  });

  it('the cache is closed: the write is not begun, and nothing is asked', async () => {
    const stores = rig();
    await stores.cache.close();
    stores.log.forget();
    expect(await caught(stores.cache.withWriteIntent('42', begun))).toBeInstanceOf(CasIntentUnavailableError);
    expect(stores.log.steps()).toEqual([]);
    const proceeding = stores.cache.withWriteIntent('42', () => 'done', { onUnavailable: 'proceed' });
    expect(await caught(proceeding)).toMatchObject({ name: CasInvalidateError.name, result: 'done' });
  });

  it("a store without intents: refused, and with 'proceed' a plain invalidation", async () => {
    const stores = rig();
    Object.defineProperty(stores.generations, 'intents', { value: undefined });
    const cache = stores.another();
    stores.seed('42', 'old');
    const error = await caught(cache.withWriteIntent('42', begun));
    expect(error).toBeInstanceOf(CasIntentUnavailableError);
    expect((error as Error).message).toContain("onUnavailable: 'proceed'");
    const write = cache.withWriteIntent('42', () => 'done', { onUnavailable: 'proceed' });
    expect(await write).toBe('done');
    expect(await cache.get('42')).toBeUndefined();
  });
});
