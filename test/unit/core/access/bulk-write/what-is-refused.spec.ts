import { describe, expect, it } from '@jest/globals';

import {
  CasDuplicateKeyError,
  CasEncodeError,
  CasGenerationError,
  CasKeyError,
  CasMissingGenerationError,
  CasTtlError,
  CasValueError,
} from '../../../../../lib/errors.js';
import type { Ttl } from '../../../../../lib/common/ttl.js';
import { UNENCODABLE } from '../../../../support/core/text-codec.js';
import { TOPOLOGIES, WITH_BYTES } from '../../../../support/core/topologies.js';
import type { Topology } from '../../../../support/core/topologies.js';

const A_AND_B = new Map([
  ['a', 7],
  ['b', 8],
]);

/** The call rejects, and no store heard of it. */
async function refusal(
  { rig }: Topology,
  items: readonly (readonly [string, unknown])[],
  observed: ReadonlyMap<string, number> = A_AND_B,
  ttl?: Ttl,
): Promise<unknown> {
  const stores = rig();
  const error: unknown = await stores.cache.setBulkWithGens(items, observed, ttl).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(stores.log.steps()).toEqual([]);
  expect(stores.entries.held.size).toBe(0);
  return error;
}

describe.each(TOPOLOGIES)('bulk write refuses, nothing written: $name', (topology) => {
  it('observed generation missing for a key: error naming the keys', async () => {
    const items = ['a', 'b', 'c', 'd'].map((key) => [key, key] as const);
    const error = await refusal(topology, items, new Map([['b', 8]]));
    expect(error).toBeInstanceOf(CasMissingGenerationError);
    expect(error).toMatchObject({ code: 'CAS_MISSING_GENERATION', keys: ['a', 'c', 'd'], namespace: 'user' });
    expect((error as Error).message).toContain('snapshotGens()');
  });

  it('duplicate keys in the items: error', async () => {
    const error = await refusal(topology, [
      ['a', 1],
      ['b', 2],
      ['a', 1],
    ]);
    expect(error).toBeInstanceOf(CasDuplicateKeyError);
    expect(error).toMatchObject({ code: 'CAS_DUPLICATE_KEY', keys: ['a'], namespace: 'user' });
  });

  it('key empty or over 65,535 bytes: error, never a crash', async () => {
    for (const key of ['', 'x'.repeat(65_536), '\u20ac'.repeat(21_846), '\ud800']) {
      const observed = new Map([...A_AND_B, [key, 9]]);
      const error = await refusal(topology, [...A_AND_B, [key, 'v']], observed);
      expect(error).toBeInstanceOf(CasKeyError);
    }
    const stores = topology.rig();
    const longest = 'x'.repeat(65_535);
    const observed = await stores.cache.snapshotGens([longest, 'a']);
    const { outcome } = await stores.cache.setBulkWithGens(Object.entries({ a: 1, [longest]: 2 }), observed);
    expect(outcome).toBe('stored');
    expect((await stores.cache.getBulk([longest, 'a'])).missing).toEqual([]);
  });

  it('a value that is undefined or a promise', async () => {
    for (const value of [undefined, Promise.resolve(1)]) {
      const error = await refusal(topology, [
        ['a', 1],
        ['b', value],
      ]);
      expect(error).toBeInstanceOf(CasValueError);
      expect(error).toMatchObject({ key: 'b', namespace: 'user' });
    }
  });

  it('a generation that no store can have issued', async () => {
    for (const generation of [-1, 1.5, NaN, Infinity, 2 ** 53 - 1, '7' as unknown as number]) {
      const error = await refusal(topology, [...A_AND_B], new Map([...A_AND_B, ['b', generation]]));
      expect(error).toBeInstanceOf(CasGenerationError);
      expect(error).toMatchObject({ key: 'b' });
    }
  });

  it('a ttl that is no duration', async () => {
    for (const ttl of [0, -1, NaN, '10' as Ttl, 'soon' as Ttl]) {
      expect(await refusal(topology, [...A_AND_B], A_AND_B, ttl)).toBeInstanceOf(CasTtlError);
    }
  });
});

describe.each(WITH_BYTES)('bulk write refuses, nothing written: $name', (topology) => {
  it('encode error: error', async () => {
    const error = await refusal(topology, [
      ['a', 'fine'],
      ['b', UNENCODABLE],
    ]);
    expect(error).toBeInstanceOf(CasEncodeError);
    expect(error).toMatchObject({ key: 'b', namespace: 'user', cause: { message: 'the codec refuses this value' } });
  });

  it('a codec that answers something else than bytes', async () => {
    const stores = topology.rig();
    stores.codec.encode = () => 'text' as unknown as Uint8Array;
    await expect(stores.cache.setBulkWithGens([...A_AND_B], A_AND_B)).rejects.toBeInstanceOf(CasEncodeError);
    await expect(stores.cache.setWithGen('a', 1, 7)).rejects.toBeInstanceOf(CasEncodeError);
    expect(stores.log.steps()).toEqual([]);
  });
});
