import { describe, expect, it } from '@jest/globals';

import type { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import { CasUnavailableError } from '../../../../lib/errors.js';
import { Deferred } from '../../../support/core/deferred.js';
import { pass, settled } from '../../../support/core/manual-timers.js';
import { partitioned } from '../../../support/core/partitioned.js';
import type { Rig } from '../../../support/core/rig.js';
import { MEMORY, TOPOLOGIES } from '../../../support/core/topologies.js';

const SHARED = TOPOLOGIES.filter(({ shape }) => shape.generations === 'shared');

/** The partitions of one cache. */
function partsOf(cache: CasCacheService<string>): readonly [CasCacheService<string>, CasCacheService<string>] {
  return [cache.in('a'), cache.in('b')];
}

/** Values of both, some with tags. */
async function fill(cache: CasCacheService<string>): Promise<void> {
  for (const part of partsOf(cache)) {
    await part.getOrLoad('bare', () => 'old');
    await part.getOrLoad('tagged', () => 'old', { tags: 'x' });
  }
}

async function found(part: CasCacheService<string>): Promise<readonly unknown[]> {
  return [await part.get('bare'), await part.get('tagged')];
}

function hangWalk({ generations, entries, near }: Rig): void {
  for (const part of [generations, entries, near]) part?.script.fail('clear', 'hang');
}

describe.each(SHARED)("clear({ partition }) with tags: 'everywhere': $name", ({ rig }) => {
  it('ends the partition in one step, in every process, and frees it behind that', async () => {
    const stores = rig();
    const cache = partitioned(stores, { tags: 'everywhere' });
    const other = partitioned(stores, { tags: 'everywhere' });
    await fill(cache);
    hangWalk(stores);
    stores.log.forget();
    await cache.clear({ partition: 'a' });
    expect(stores.log.calls[0]).toMatchObject({ keys: ['1:a:'] });
    expect(stores.log.steps()[0]).toBe('tags.invalidate');
    for (const one of [cache, other]) {
      const [a, b] = partsOf(one);
      expect(await found(a)).toEqual([undefined, undefined]);
      expect(await found(b)).toEqual(['old', 'old']);
    }
    expect(stores.log.of('generations.clear').map(({ keys }) => keys)).toEqual([['single:user:1:a:']]);
  });

  it('ends what is being loaded meanwhile, and shares no load of before', async () => {
    const stores = rig();
    const cache = partitioned(stores, { tags: 'everywhere' });
    const [a, b] = partsOf(cache);
    await b.getOrLoad('1', () => 'of b');
    const answers = [new Deferred<string>(), new Deferred<string>()] as const;
    let loads = 0;
    const load = (): Promise<string> => (answers[loads++] as Deferred<string>).promise;
    const before = a.getOrLoad('1', load);
    await settled();
    hangWalk(stores);
    await cache.clear({ partition: 'a' });
    // An entry that is older than the clock makes this process ask what was invalidated, and know it from then on.
    expect(await b.get('1')).toBe('of b');
    const after = a.getOrLoad('1', load);
    await settled();
    answers[0].resolve('old');
    expect(await before).toBe('old');
    await settled();
    expect(cache.stats().fills.stale).toBe(1);
    answers[1].resolve('new');
    expect(await after).toBe('new');
    expect(await a.get('1')).toBe('new');
  });

  it('counts as a clear and not as tags that were invalidated', async () => {
    const stores = rig();
    const cache = partitioned(stores, { tags: 'everywhere' });
    await cache.in('a').clear();
    expect(cache.stats()).toMatchObject({ clears: 1, tagInvalidations: 0 });
    expect(stores.events.of('invalidate-tags')).toEqual([]);
  });

  it('leaves room for 64 tags of a value', async () => {
    const cache = partitioned(rig(), { tags: 'everywhere' });
    const [a] = partsOf(cache);
    const tags = Array.from({ length: 64 }, (_, n) => `tag ${n}`);
    await a.getOrLoad('1', () => 'old', { tags });
    expect(await a.getOrLoad('1', () => 'not loaded', { tags })).toBe('old');
    await cache.clear({ partition: 'a' });
    expect(await a.get('1')).toBeUndefined();
  });

  it('ends partitions whose names are too long for a tag, each its own', async () => {
    const stores = rig();
    const cache = partitioned(stores, { tags: 'everywhere' });
    const [long, alike] = [`${'p'.repeat(600)}1`, `${'p'.repeat(600)}2`] as const;
    for (const name of [long, alike]) await cache.in(name).getOrLoad('1', () => 'old');
    hangWalk(stores);
    await cache.clear({ partition: long });
    expect(await cache.in(long).get('1')).toBeUndefined();
    expect(await cache.in(alike).get('1')).toBe('old');
  });

  it('acts at the end of a transaction, and inside at once', async () => {
    const stores = rig();
    const cache = partitioned(stores, { tags: 'everywhere' });
    await fill(cache);
    hangWalk(stores);
    const [a, b] = partsOf(cache);
    await runInCasTransaction(async () => {
      await cache.clear({ partition: 'a' });
      expect(await found(a)).toEqual([undefined, undefined]);
      expect(await found(b)).toEqual(['old', 'old']);
      expect(stores.log.of('tags.invalidate')).toEqual([]);
    });
    expect(await found(a)).toEqual([undefined, undefined]);
    expect(stores.log.of('tags.invalidate')).toHaveLength(1);
    expect(cache.stats().misses['written-here']).toBe(2);
  });

  it('that fails is owed: this process serves nothing until a clear of all has landed', async () => {
    const stores = rig();
    const cache = partitioned(stores, { tags: 'everywhere' });
    await fill(cache);
    const down = new CasUnavailableError('The server is down.');
    for (const op of ['invalidate', 'clear']) stores.generations.tags.script.fail(op, 'reject', down);
    await expect(cache.clear({ partition: 'a' })).rejects.toMatchObject({ code: 'CAS_CLEAR', cause: down });
    expect(cache.stats().pendingInvalidations.wholeNamespace).toBe(true);
    const [a, b] = partsOf(cache);
    expect(await found(b)).toEqual([undefined, undefined]);
    stores.mend();
    await pass(stores.timers, 1_000);
    expect(cache.stats().pendingInvalidations.wholeNamespace).toBe(false);
    expect(stores.log.of('tags.clear').length).toBeGreaterThan(0);
    expect(await a.getOrLoad('bare', () => 'new')).toBe('new');
    expect(await a.get('bare')).toBe('new');
  });
});

describe.each(SHARED)('clear({ partition }) with tags: true: $name', ({ rig }) => {
  it('ends the generations of the partition as well, for processes without tags, before it resolves', async () => {
    const stores = rig();
    const cache = partitioned(stores);
    const bare = partitioned(stores, { tags: false });
    await fill(cache);
    await bare.in('a').getOrLoad('of a process without', () => 'old');
    await cache.clear({ partition: 'a' });
    expect(await bare.in('a').get('of a process without')).toBeUndefined();
    const [a, b] = partsOf(cache);
    expect(await found(a)).toEqual([undefined, undefined]);
    expect(await found(b)).toEqual(['old', 'old']);
  });

  it('fails when either step does', async () => {
    for (const part of ['tags', 'generations'] as const) {
      const stores = rig();
      const cache = partitioned(stores);
      const cause = new Error('down');
      const script = part === 'tags' ? stores.generations.tags.script : stores.generations.script;
      script.fail(part === 'tags' ? 'invalidate' : 'clear', 'reject', cause);
      await expect(cache.clear({ partition: 'a' })).rejects.toMatchObject({ code: 'CAS_CLEAR', cause });
    }
  });
});

describe('clear({ partition }) in process', () => {
  it('removes the entries of the partition at once, and moves no clock', async () => {
    const stores = MEMORY.rig();
    const cache = partitioned(stores, { tags: 'everywhere' });
    await fill(cache);
    stores.log.forget();
    await cache.clear({ partition: 'a' });
    expect(stores.log.of('tags.invalidate')).toEqual([]);
    const [a, b] = partsOf(cache);
    expect(await found(a)).toEqual([undefined, undefined]);
    expect(await found(b)).toEqual(['old', 'old']);
  });
});
