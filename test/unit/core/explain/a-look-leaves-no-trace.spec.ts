import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import { Embedded } from '../../../support/core/embedded.js';
import { HandLeases, leased } from '../../../support/core/hand-leases.js';
import type { Rig } from '../../../support/core/rig.js';
import { TAGGED } from '../../../support/core/tagged.js';
import { NEAR, TOPOLOGIES } from '../../../support/core/topologies.js';

const LOOKS = ['get', 'getMany', 'read', 'readMany', 'current', 'currentMany', 'catchUp', 'remainingTtl'];

describe.each(TOPOLOGIES)('explain leaves no trace, $name', ({ rig: make }) => {
  it.each([
    ['a current entry', (rig: Rig) => rig.seed('a', 'value')],
    [
      'an old one',
      (rig: Rig) => {
        rig.generations.issue(rig.at('a'));
        rig.place('a', 3, 'value');
      },
    ],
    ['none', () => undefined],
    [
      'stores that fail',
      (rig: Rig) => {
        rig.loseGenerationStore('throw');
        rig.failReads('throw', new Error('down'));
      },
    ],
  ])('of %s: it asks and does nothing else', async (_, prepare) => {
    const rig = make();
    prepare(rig);
    const held = [...rig.entries.held.keys()];
    const cells = [...rig.generations.cells];
    const before = rig.cache.stats();
    rig.log.forget();
    for (let n = 0; n < 10; n++) await rig.cache.explain('a', { value: true });

    expect(rig.cache.stats()).toEqual(before);
    expect(rig.events.all).toEqual([]);
    expect([...rig.entries.held.keys()]).toEqual(held);
    expect([...rig.generations.cells]).toEqual(cells);
    expect(rig.log.steps().filter((step) => !LOOKS.some((look) => step.split(/[ .]/).includes(look)))).toEqual([]);
  });

  it('of a store that hangs: the answer comes within the deadline, and says what is missing', async () => {
    const rig = make({ timeout: 100 });
    rig.seed('a', 'value');
    rig.hang();
    const looking = rig.cache.explain('a');
    await new Promise(setImmediate);
    rig.timers.advance(100);
    const { faults, hit, reason } = await looking;
    if (rig.generations.reach === 'process') expect(faults).not.toEqual([]);
    expect(hit).toBe(false);
    expect(reason).toBe('unavailable');
    expect(rig.events.all).toEqual([]);
  });
});

describe.each(TAGGED)('explain of a namespace with tags leaves no trace, $name', ({ make }) => {
  it('whatever became of the tags', async () => {
    const { cache, events } = make();
    await cache.getOrLoad('a', () => 'value', { tags: 'red' });
    await cache.invalidateTags('red');
    const before = cache.stats();
    events.forget();
    const { reason, copies } = await cache.explain('a');
    expect(reason).toBe('tag-invalidated');
    await cache.explainTags(['red']);
    expect(cache.stats()).toEqual(before);
    expect(events.all).toEqual([]);
    const again = await cache.explain('a');
    expect(again.copies.map(({ tags }) => tags)).toEqual(copies.map(({ tags }) => tags));
  });
});

describe.each(['values', 'values apart', 'bytes'] as const)('what is evicted next stays so, %s', (holds) => {
  const load = async ({ cache }: Embedded, key: string): Promise<void> => {
    await cache.getOrLoad(key, () => `value of ${key}`);
  };

  /** Which of the two oldest keys makes room. */
  async function evictedAfter(use: (cache: Embedded['cache']) => Promise<unknown>): Promise<string> {
    const embedded = new Embedded({ maxEntries: 3 }, holds);
    // Bytes have one bound for all namespaces.
    const keys = holds === 'bytes' ? Array.from({ length: 10_000 }, (_, n) => `${n}`) : ['0', '1', '2'];
    for (const key of keys) await load(embedded, key);
    for (let n = 0; n < 3; n++) await use(embedded.cache);
    await load(embedded, 'another');
    const left = await Promise.all(['0', '1'].map(async (key) => (await embedded.cache.get(key)) !== undefined));
    return left[0] === true ? '1' : '0';
  }

  it('for a look, but not for a read', async () => {
    expect(await evictedAfter(async () => undefined)).toBe('0');
    expect(await evictedAfter((cache) => cache.explain('0', { value: true }))).toBe('0');
    expect(await evictedAfter((cache) => cache.get('0'))).toBe('1');
  });
});

it('a key that a writer has open is told with its writers, and stays as it is', async () => {
  const { cache } = new Embedded();
  await cache.getOrLoad('a', () => 'value');
  await cache.withWriteIntent('a', async () => {
    const { generation, reason } = await cache.explain('a');
    expect(generation).toMatchObject({ state: 'open', writers: 1 });
    expect(generation.openForMs).toBeGreaterThan(0);
    expect(reason).toBe('written-here');
  });
  expect((await cache.explain('a')).generation).toMatchObject({ state: 'current', writers: 0 });
});

it('a lease that stands for the entry is told, and counts no hit', async () => {
  const leases = new HandLeases();
  const rig = leased(NEAR, leases);
  await rig.cache.getOrLoad('a', () => 'value');
  await rig.cache.get('a');
  const before = rig.cache.stats().readLeases?.hits;
  const leasedLook = await rig.cache.explain('a');
  expect(leasedLook).toMatchObject({ hit: true, readLease: { held: true, holders: undefined } });
  expect(leasedLook.copies[0]?.leased).toBe(true);
  expect(leasedLook.verdict).toMatch(/ask nothing/);
  expect(rig.cache.stats().readLeases?.hits).toBe(before);
  leases.holds = false;
  expect((await rig.cache.explain('a')).copies[0]?.leased).toBe(false);
});

it('inside a transaction nothing is joined or collected by it', async () => {
  const { cache, events } = new Embedded();
  await cache.getOrLoad('a', () => 'value');
  events.forget();
  const told = await runInCasTransaction(() => cache.explain('a'));
  expect(told).toMatchObject({ hit: true, writtenHere: false, fillRefused: 'inside-transaction' });
  expect(events.all).toEqual([]);
});
