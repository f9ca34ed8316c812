import { describe, expect, it } from '@jest/globals';

import type { LoadContext } from '../../../../../lib/core/loading/load-context.js';
import type { LoadOptions } from '../../../../../lib/core/options/load-options.js';
import type { LiveEntry } from '../../../../../lib/contracts/provider.js';
import { Rig } from '../../../../support/core/rig.js';
import type { RigOptions } from '../../../../support/core/rig.js';
import { MEMORY } from '../../../../support/core/topologies.js';

interface Stored {
  readonly ttlMs: number | undefined;
  readonly freshMs: number | undefined;
}

interface Given {
  readonly namespace?: RigOptions;
  readonly call?: LoadOptions;
  readonly loader?: (context: LoadContext) => unknown;
}

/** How long the entry lives, and is fresh, that one load leaves behind. */
async function stored({ namespace = {}, call = {}, loader = () => 'value' }: Given): Promise<Stored> {
  const stores = new Rig(MEMORY.shape, namespace);
  await stores.cache.getOrLoad('42', loader, call);
  const held = stores.entries.held.get(stores.at('42'));
  return { ttlMs: held?.ttlMs, freshMs: (held?.entry as LiveEntry | undefined)?.stamp?.freshMs };
}

describe('how long a loaded value lives, and is fresh', () => {
  it.each<Given & { readonly says: string; readonly ttlMs?: number; readonly freshMs?: number }>([
    { says: 'ten minutes, and as long', ttlMs: 600_000 },
    { says: 'as the namespace says', namespace: { ttl: '1m', fresh: '10s' }, ttlMs: 60_000, freshMs: 10_000 },
    {
      says: 'as the call says, before that',
      namespace: { ttl: '1m', fresh: '10s' },
      call: { ttl: '2m', fresh: '20s' },
      ttlMs: 120_000,
      freshMs: 20_000,
    },
    {
      says: 'as the loader itself says, before all',
      call: { ttl: '2m', fresh: '20s' },
      loader: (context) => {
        context.ttl = '3m';
        context.fresh = 30_000;
        return 'value';
      },
      ttlMs: 180_000,
      freshMs: 30_000,
    },
    { says: 'never fresh for longer than it lives', call: { ttl: '1s', fresh: '1m' }, ttlMs: 1_000, freshMs: 1_000 },
    { says: 'null: for its own ttl', call: { ttl: '2m', negativeTtl: '5s' }, loader: () => null, ttlMs: 5_000 },
    { says: 'other values: not for that of null', call: { ttl: '2m', negativeTtl: '5s' }, ttlMs: 120_000 },
    { says: 'null, without one: for 30 s', call: { ttl: '2m' }, loader: () => null, ttlMs: 30_000 },
    { says: 'null, without one: no longer than others', call: { ttl: '20s' }, loader: () => null, ttlMs: 20_000 },
    { says: 'null: for longer, when told so', call: { negativeTtl: '1h' }, loader: () => null, ttlMs: 3_600_000 },
    {
      says: 'null, when its loader says: as that says',
      call: { negativeTtl: '5s' },
      loader: (context) => {
        context.ttl = '7s';
        return null;
      },
      ttlMs: 7_000,
    },
    { says: 'undefined: is never stored', loader: () => undefined },
    {
      says: 'not stored, when the loader skips it',
      loader: (context) => {
        context.skip();
        return 'value';
      },
    },
    { says: 'not stored, `unless` says so', call: { unless: (value, key) => value === 'value' && key === '42' } },
  ])('$says', async ({ ttlMs, freshMs, ...given }) => {
    expect(await stored(given)).toEqual({ ttlMs, freshMs });
  });

  it('jitter shortens both, each by a share of its own, up to the given one', async () => {
    const lives = await Promise.all(
      Array.from({ length: 200 }, () => stored({ call: { ttl: 1_000_000, fresh: 500_000, jitter: 0.2 } })),
    );
    const ttls = lives.map(({ ttlMs = 0 }) => ttlMs);
    const fresh = lives.map(({ freshMs = 0 }) => freshMs);
    expect(Math.min(...ttls)).toBeGreaterThanOrEqual(800_000);
    expect(Math.max(...ttls)).toBeLessThanOrEqual(1_000_000);
    expect(Math.min(...fresh)).toBeGreaterThanOrEqual(400_000);
    expect(Math.max(...fresh)).toBeLessThanOrEqual(500_000);
    // What was stored together lapses apart: over such a width hardly two are equal.
    expect(new Set(ttls).size).toBeGreaterThan(100);
    expect(new Set(fresh).size).toBeGreaterThan(100);
  });

  it('a ttl that is none is an error of the call that gives it, and of the loader that does', async () => {
    await expect(stored({ call: { ttl: 0 } })).rejects.toMatchObject({ code: 'CAS_TTL' });
    const loader = (context: LoadContext): string => {
      context.ttl = -1;
      return 'value';
    };
    await expect(stored({ loader })).rejects.toMatchObject({ code: 'CAS_TTL' });
  });
});
