import { describe, expect, it } from '@jest/globals';

import type { CasCodec } from '../../../../../lib/contracts/codec.js';
import type { GenerationStore } from '../../../../../lib/contracts/generation-store.js';
import type { CasProvider } from '../../../../../lib/contracts/provider.js';
import { MsgpackCodec } from '../../../../../lib/codecs/msgpack.codec.js';
import { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import { LocalGenerationStore } from '../../../../../lib/generations/local-generation-store.js';
import { MemoryProvider } from '../../../../../lib/providers/memory-provider.js';
import { RecordedEvents } from '../../../../support/core/recorded-events.js';

type Fails = () => never | Promise<never>;

/** How a method of a user's store may fail. */
const WAYS: readonly (readonly [string, Fails])[] = [
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
];

interface Case {
  readonly provider?: readonly (keyof CasProvider)[];
  readonly generations?: readonly (keyof GenerationStore)[];
  readonly intents?: readonly string[];
  readonly leases?: readonly string[];
  readonly codec?: readonly (keyof CasCodec)[];
  /** With a tier in process in front. */
  readonly near?: boolean;
  readonly holds?: 'values';
}

/** Every optional method of the contracts, and `close`. */
const CASES: Readonly<Record<string, Case>> = {
  'provider.scope': { provider: ['scope'] },
  'provider.scope, of values': { provider: ['scope'], holds: 'values' },
  'provider.atomicWith': { provider: ['atomicWith'] },
  'provider.remainingTtl': { provider: ['remainingTtl'], near: true },
  'provider.another': { provider: ['another'] },
  'provider.clear': { provider: ['clear'] },
  'provider.clearNamespace': { provider: ['clearNamespace'] },
  'provider.erase': { provider: ['erase'] },
  'provider.close': { provider: ['close'] },
  'generations.expectDeadline': { generations: ['expectDeadline'] },
  'generations.scope': { generations: ['scope'] },
  'generations.partOf': { generations: ['partOf'] },
  'generations.cleanup': { generations: ['cleanup'] },
  'generations.close': { generations: ['close'] },
  'intents.mayHaveLostIntents': { intents: ['mayHaveLostIntents'] },
  'every intent': { intents: ['open', 'renew', 'settle'] },
  'load leases': { leases: ['acquire', 'release'] },
  'codec.keepsClass': { codec: ['keepsClass'] },
  'all of them': {
    provider: ['scope', 'atomicWith', 'remainingTtl', 'another', 'clear', 'clearNamespace', 'erase', 'close'],
    generations: ['expectDeadline', 'scope', 'partOf', 'cleanup', 'close'],
    intents: ['mayHaveLostIntents', 'open', 'renew', 'settle'],
    leases: ['acquire', 'release'],
    codec: ['keepsClass'],
    near: true,
  },
};

class Row {
  constructor(readonly name: string) {}
}

function broken<T extends object>(whole: T, methods: readonly string[] | undefined, fails: Fails): T {
  for (const method of methods ?? []) Object.defineProperty(whole, method, { value: fails });
  return whole;
}

/** With an entry of `there` that another process has filled. */
async function cacheWith(given: Case, fails: Fails, events: RecordedEvents): Promise<CasCacheService> {
  const provider = new MemoryProvider(given.holds === 'values' ? {} : { holds: 'bytes', maxBytes: 1_000_000 });
  Object.defineProperty(provider, 'reach', { value: given.holds === 'values' ? 'process' : 'shared' });
  const generations = new LocalGenerationStore();
  const leases = { acquire: () => true, release: () => undefined };
  Object.defineProperties(generations, {
    reach: { value: 'shared' },
    leases: { value: broken(leases, given.leases, fails) },
  });
  broken(generations.intents, given.intents, fails);
  const codec = Object.assign(new MsgpackCodec(), { keepsClasses: true });
  const options = resolveNamespaceOptions({ namespace: 'n', stampede: 'replicas', intents: true, timeout: '300ms' });
  const whole = { provider: provider as CasProvider, generations, codec: new MsgpackCodec(), hooks: [] };
  await new CasCacheService(options, whole).getOrLoad('there', () => 'filled');
  return new CasCacheService(options, {
    provider: broken(provider as CasProvider, given.provider, fails),
    generations: broken(generations as GenerationStore, given.generations, fails),
    codec: broken(codec, given.codec, fails),
    hooks: [events],
    near: given.near === true ? new MemoryProvider() : undefined,
    owned: [provider, generations],
  });
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

describe('an optional method of a user’s store that fails', () => {
  describe.each(WAYS)('and %s', (_, fails) => {
    it.each(Object.entries(CASES))('costs no read, no load and no invalidation: %s', async (name, given) => {
      const events = new RecordedEvents();
      const cache = await cacheWith(given, fails, events);
      const intentsFail = given.intents?.includes('open') === true;
      expect(await cache.getOrLoad('a', () => 'loaded')).toBe('loaded');
      for (const key of ['a', 'there']) await cache.get(key);
      const rows = await cache.getOrLoadMany(
        ['b', 'c'],
        (missing) => new Map(missing.map((key) => [key, new Row(key)])),
      );
      expect([...rows.keys()]).toEqual(['b', 'c']);
      await cache.getBulk(['a', 'b']);
      // Out of date, so that another copy is looked for.
      const observed = await cache.snapshotGen('a');
      await cache.invalidate('a');
      expect(await cache.get('a')).toBeUndefined();
      expect(await cache.setWithGen('a', 'old', observed)).not.toBe('stored');
      const write = cache.withWriteIntent('a', () => 'written', intentsFail ? { onUnavailable: 'proceed' } : {});
      expect(await write.catch(codeOf)).toBe(intentsFail ? 'CAS_INVALIDATE' : 'written');
      expect([undefined, 'CAS_CLEAR']).toContain(await cache.clear().catch(codeOf));
      expect([undefined, 'CAS_ERASE', 'CAS_INVALIDATE']).toContain(await cache.erase('a').catch(codeOf));
      expect([undefined, 'CAS_CLOSE']).toContain(await cache.close().catch(codeOf));
      // A rejection that nobody handled fails the test until here.
      await new Promise((resolve) => setImmediate(resolve));
      // Nobody calls it; and a part is asked for only while something fails.
      if (!['generations.cleanup', 'generations.partOf', 'provider.another', 'codec.keepsClass'].includes(name)) {
        expect(events.of('fault').map(({ cause }) => String(cause))).toContainEqual(expect.stringContaining('broken'));
      }
    });
  });
});
