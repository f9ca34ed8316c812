import { describe, expect, it } from '@jest/globals';

import { makeCache } from '../../../../lib/core/partitioned-cache.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import type { CasProvider } from '../../../../lib/contracts/provider.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { redactKey } from '../../../../lib/keys/redact-key.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { TieredProvider } from '../../../../lib/providers/tiered-provider.js';
import { Embedded } from '../../../support/core/embedded.js';
import { partitioned } from '../../../support/core/partitioned.js';
import { TextCodec } from '../../../support/core/text-codec.js';
import { ATOMIC, BYTES, NEAR, TIERED_TIMED } from '../../../support/core/topologies.js';

const SECRET = 'the value itself';

describe('what explain tells of a key', () => {
  it('where each copy is, its generation beside the current one, its frame, its size and its version', async () => {
    const rig = TIERED_TIMED.rig({ valueVersion: '7', ttl: '1m' });
    await rig.cache.getOrLoad('42', () => SECRET);
    const found = await rig.cache.explain('42');
    const { number } = found.generation;
    expect(found).toMatchObject({ namespace: 'user', key: '42', valueVersion: '7', hit: true });
    expect(found.copies).toMatchObject([
      { place: 'near', kind: 'live', bytes: undefined, generation: number, class: 'string', refused: undefined },
      { place: 'store', kind: 'single', generation: number, class: 'string', refused: undefined },
    ]);
    expect(found.copies[1]?.bytes).toBeGreaterThan(SECRET.length);

    rig.generations.issue(rig.at('42'));
    const moved = await rig.cache.explain('42');
    expect(moved).toMatchObject({ hit: false, reason: 'stale' });
    expect(moved.copies.map(({ generation }) => generation)).toEqual([number, number]);
    expect(moved.generation.number).toBeGreaterThan(number as number);
  });

  it('how old it is, and whether it is fresh, where it is stamped; how long it has', async () => {
    const rig = BYTES.rig({ fresh: '1m', ttl: '10m' });
    rig.entries.remainingTtl = () => 540_000;
    await rig.cache.getOrLoad('42', () => SECRET);
    rig.timers.advance(30_000);
    const fresh = (await rig.cache.explain('42')).copies[0];
    expect(fresh).toMatchObject({ kind: 'stamped', ageMs: 30_000, freshness: 'fresh', ttlLeftMs: 540_000 });
    rig.timers.advance(30_000);
    const old = await rig.cache.explain('42');
    expect(old).toMatchObject({ hit: true, verdict: expect.stringMatching(/past its soft ttl/) });
    expect(old.text).toMatch(/age 60 s, expired/);
  });

  it.each(['values', 'values apart', 'bytes'] as const)('how long an entry of this process has: %s', async (holds) => {
    const { cache } = new Embedded({ ttl: '1m' }, holds);
    await cache.getOrLoad('42', () => SECRET);
    const [copy] = (await cache.explain('42')).copies;
    expect(copy?.ttlLeftMs).toBeGreaterThan(50_000);
    expect(copy?.ttlLeftMs).toBeLessThanOrEqual(60_000);
  });

  it('its class', async () => {
    class User {
      constructor(readonly name: string) {}
    }
    const { cache } = new Embedded();
    await cache.getOrLoad('42', () => new User('Ada'));
    await cache.getOrLoad('none', () => null);
    expect((await cache.explain('42')).copies[0]?.class).toBe('User');
    expect((await cache.explain('none')).copies[0]?.class).toBe('null');
  });

  it('the tiers of a provider that has several, of which the first that is current counts', async () => {
    const [first, second] = [new MemoryProvider({ holds: 'bytes' }), new MemoryProvider({ holds: 'bytes' })];
    const generations = new LocalGenerationStore();
    const provider = new TieredProvider([
      { name: 'first', provider: first },
      { name: 'second', provider: second },
    ]) as CasProvider;
    const parts = { provider, generations, codec: new TextCodec(), hooks: [] };
    const cache = makeCache(resolveNamespaceOptions({ namespace: 'user' }), parts);
    await cache.getOrLoad('42', () => SECRET);
    first.delete('single:user:42');
    expect((await cache.explain('42')).copies.map(({ tier }) => tier)).toEqual(['second']);
    expect(first.get('single:user:42')).toBeUndefined();
    expect(await cache.explain('42')).toMatchObject({ hit: true });
  });

  it('what is owed, the breaker, and why nothing would be stored', async () => {
    const rig = ATOMIC.rig();
    rig.seed('42', SECRET);
    rig.loseGenerationStore('throw');
    await expect(rig.cache.invalidate('42')).rejects.toThrow();
    for (let n = 0; n < 5; n++) await rig.cache.get('other');
    rig.timers.advance(30);
    const found = await rig.cache.explain('42');
    expect(found).toMatchObject({
      reason: 'invalidation-pending',
      owedForMs: 30,
      breakerOpen: true,
      fillRefused: 'invalidation-pending',
      generation: { state: 'unavailable' },
    });
    expect(found.faults).not.toEqual([]);
    expect(found.text).toMatch(/an invalidation has been owed for 30 ms\n {2}the breaker is open/);
  });

  it('never the value, and no key in its text, unless the value is asked for', async () => {
    for (const topology of [NEAR, ATOMIC]) {
      const { cache } = topology.rig();
      await cache.getOrLoad('key-of-ada', () => SECRET);
      const { key, ...found } = await cache.explain('key-of-ada');
      expect(key).toBe('key-of-ada');
      expect(JSON.stringify(found)).not.toMatch(/the value itself|key-of-ada/);
      expect(found.text).toContain(redactKey('key-of-ada'));
      const asked = await cache.explain('key-of-ada', { value: true });
      expect(asked.value).toBe(SECRET);
      expect(asked.text).not.toContain(SECRET);
    }
  });

  it('never a value that no read would hand out', async () => {
    const rig = BYTES.rig();
    rig.place('42', 3, SECRET);
    rig.generations.issue(rig.at('42'));
    expect('value' in (await rig.cache.explain('42', { value: true }))).toBe(false);
  });

  it('of a key of a partition: the key and the tags of its caller', async () => {
    const options = { namespace: 'user', tags: true, partition: () => 'acme', history: 10 };
    const parts = {
      provider: new MemoryProvider() as CasProvider,
      generations: new LocalGenerationStore(),
      codec: new TextCodec(),
      hooks: [],
    };
    const cache = makeCache(resolveNamespaceOptions(options), parts);
    await cache.getOrLoad('42', () => SECRET, { tags: 'red' });
    await cache.invalidateTags('red');
    const found = await cache.explain('42');
    expect(found).toMatchObject({ key: '42', partition: 'acme', reason: 'tag-invalidated' });
    expect(found.copies[0]?.tags).toEqual([{ tag: 'red', state: 'invalidated' }]);
    expect(found.history?.at(-1)).toMatchObject({ type: 'invalidate-tags', tags: ['red'] });
    expect((await cache.in('other').explain('42')).reason).toBe('absent');
    expect((await cache.explainTags('red')).tags).toMatchObject([{ tag: 'red' }]);
    expect((await cache.in('other').explainTags('red')).tags).toMatchObject([{ invalidatedAt: undefined }]);
  });

  it('that its partition was cleared since, which its tags alone do not show', async () => {
    const rig = ATOMIC.rig();
    const cache = partitioned(rig, { tags: 'everywhere' }).in('acme');
    await cache.getOrLoad('42', () => SECRET, { tags: 'red' });
    // What another process does that clears the partition.
    rig.generations.tags.move(['4:acme:']);
    const found = await cache.explain('42');
    expect(found).toMatchObject({ hit: false, reason: 'tag-invalidated' });
    expect(found.copies[0]?.tags).toEqual([{ tag: 'red', state: 'alive' }]);
    expect(await cache.get('42')).toBeUndefined();
  });

  it('refuses what is no key', async () => {
    await expect(new Embedded().cache.explain('')).rejects.toThrow(/key/i);
  });
});
