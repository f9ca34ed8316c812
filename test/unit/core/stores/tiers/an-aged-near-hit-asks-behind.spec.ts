import { describe, expect, it } from '@jest/globals';

import { OPEN } from '../../../../../lib/contracts/generation-store.js';
import type { LiveEntry } from '../../../../../lib/contracts/provider.js';
import type { Stamp } from '../../../../../lib/contracts/stamp.js';
import { encodeStamped } from '../../../../../lib/wire/stamped-frame.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { text } from '../../../../support/core/text-codec.js';
import { TIERED, TIERED_ATOMIC } from '../../../../support/core/topologies.js';

const FRESH = 60_000;
const BEHIND = ['entries.get', 'entries.getMany', 'atomic.read', 'atomic.readMany'];

/** Stored in both tiers, then grown old. */
async function aged(stores: Rig): Promise<number> {
  const generation = await stores.cache.snapshotGen('42');
  await stores.cache.setWithGen('42', 'old', generation);
  stores.timers.advance(FRESH);
  stores.log.forget();
  stores.codec.decoded.length = 0;
  return generation;
}

/** What another replica has stored in the meantime. */
function placeBehind(stores: Rig, generation: number, value: unknown, storedAt = stores.timers.wall()): Stamp {
  const stamp = { storedAt, freshMs: FRESH };
  const entry = encodeStamped(generation, stamp, text(value));
  stores.entries.held.set(stores.at('42'), { entry, ttlMs: FRESH, cost: undefined });
  return stamp;
}

const askedBehind = ({ log }: Rig): boolean => BEHIND.some((step) => log.of(step).some(({ keys }) => keys.length > 0));
const near = (stores: Rig): LiveEntry | undefined => stores.near?.held.get(stores.at('42'))?.entry;

/** The two ways to read one key. */
const READS: readonly (readonly [string, (stores: Rig) => Promise<unknown>])[] = [
  ['get', ({ cache }) => cache.get('42')],
  ['getBulk', async ({ cache }) => (await cache.getBulk(['42'])).values.get('42')],
];

describe.each([TIERED, TIERED_ATOMIC])('a near hit that is due to be loaded anew: $name', ({ rig }) => {
  describe.each(READS)('by %s', (_, read) => {
    it('gives way to what another replica has loaded since, which near keeps from then on', async () => {
      const stores = rig({ fresh: FRESH });
      const stamp = placeBehind(stores, await aged(stores), 'new');
      expect(await read(stores)).toBe('new');
      await settled();
      expect(near(stores)).toMatchObject({ payload: 'new', stamp });
      stores.log.forget();
      expect(await read(stores)).toBe('new');
      expect(askedBehind(stores)).toBe(false);
    });

    it('gives way to a newer one that is due itself', async () => {
      const stores = rig({ fresh: FRESH });
      const generation = await aged(stores);
      placeBehind(stores, generation, 'new');
      stores.timers.advance(FRESH);
      expect(await read(stores)).toBe('new');
      expect(near(stores)?.payload).toBe('new');
    });

    it('gives way to one without a soft ttl', async () => {
      const stores = rig({ fresh: FRESH });
      const generation = await aged(stores);
      const kept = near(stores);
      stores.place('42', generation, 'plain');
      stores.near?.held.set(stores.at('42'), { entry: kept as LiveEntry, ttlMs: 1, cost: undefined });
      expect(await read(stores)).toBe('plain');
    });

    it('is served when there is nothing newer behind, which is then not even decoded', async () => {
      const stores = rig({ fresh: FRESH });
      const generation = await aged(stores);
      expect(await read(stores)).toBe('old');
      placeBehind(stores, generation, 'older', stores.timers.wall() - 2 * FRESH);
      expect(await read(stores)).toBe('old');
      expect(askedBehind(stores)).toBe(true);
      expect(stores.codec.decoded).toEqual([]);
    });

    it('is served when there is nothing behind, nothing usable, or no answer', async () => {
      const stores = rig({ fresh: FRESH });
      const generation = await aged(stores);
      stores.entries.held.delete(stores.at('42'));
      expect(await read(stores)).toBe('old');
      stores.entries.held.set(stores.at('42'), { entry: Buffer.from('garbage'), ttlMs: 1, cost: undefined });
      expect(await read(stores)).toBe('old');
      const undecodable = encodeStamped(generation, { storedAt: stores.timers.wall(), freshMs: 1 }, Buffer.of(0));
      stores.entries.held.set(stores.at('42'), { entry: undecodable, ttlMs: 1, cost: undefined });
      expect(await read(stores)).toBe('old');
      stores.failReads('reject');
      expect(await read(stores)).toBe('old');
      expect(stores.events.of('miss')).toEqual([]);
    });

    it.each([
      ['has been invalidated', (stores: Rig): void => void stores.generations.issue(stores.at('42')), undefined],
      ['is being written', (stores: Rig): void => void stores.generations.cells.set(stores.at('42'), OPEN), undefined],
      [
        'has been loaded anew',
        (stores: Rig): void => void placeBehind(stores, stores.generations.issue(stores.at('42')), 'new'),
        'new',
      ],
      [
        'has been loaded anew, by a replica whose clock is behind',
        (stores: Rig): void => void placeBehind(stores, stores.generations.issue(stores.at('42')), 'new', 1_000),
        'new',
      ],
    ])('is no hit once the tier behind knows that it %s', async (__, interlude, expected) => {
      const stores = rig({ fresh: FRESH });
      await aged(stores);
      // Right after near's own check.
      for (const step of ['get', 'getMany']) stores.entries.script.before(step, () => interlude(stores));
      for (const step of ['read', 'readMany']) stores.atomic?.script.before(step, () => interlude(stores));
      expect(await read(stores)).toBe(expected);
    });
  });

  it('that is fresh asks nobody behind', async () => {
    const stores = rig({ fresh: FRESH });
    await stores.cache.setWithGen('42', 'old', await stores.cache.snapshotGen('42'));
    stores.log.forget();
    for (const [, read] of READS) expect(await read(stores)).toBe('old');
    expect(askedBehind(stores)).toBe(false);
  });
});
