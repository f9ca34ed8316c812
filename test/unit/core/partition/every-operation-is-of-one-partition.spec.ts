import { describe, expect, it } from '@jest/globals';
import {
  CasCacheService,
  CasClearError,
  CasConfigError,
  CasInvalidateError,
  CasKeyError,
  runInCasTransaction,
} from 'nestjs-cascache';
import type { CasCacheNamespaceOptions } from 'nestjs-cascache';
import { NO_OPTIONS } from '../../../../lib/core/loading/read-settings.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { makeCache } from '../../../../lib/core/partitioned-cache.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { MemoryCells } from '../../../../lib/memory/memory-cells.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { RecordedEvents } from '../../../support/core/recorded-events.js';
import { TextCodec } from '../../../support/core/text-codec.js';

class Rig {
  tenant: unknown = 'acme';
  readonly events = new RecordedEvents();
  readonly generations = new LocalGenerationStore();
  readonly cache: CasCacheService<string>;

  constructor(options: Partial<CasCacheNamespaceOptions> = {}, inCells = false) {
    const resolved = resolveNamespaceOptions({
      namespace: 'user',
      partition: () => this.tenant as string,
      tags: true,
      ...options,
    });
    const provider = new MemoryProvider();
    this.cache = makeCache<string>(resolved, {
      provider,
      generations: this.generations,
      cells: inCells ? MemoryCells.of(provider, this.generations) : undefined,
      codec: new TextCodec(),
      hooks: [this.events],
    });
  }

  as(tenant: unknown): CasCacheService<string> {
    this.tenant = tenant;
    return this.cache;
  }
}

/** The methods of the class, and a call of each that has to do with keys. */
const CALLS: Readonly<Record<string, (cache: CasCacheService<string>) => unknown>> = {
  get: (cache) => cache.get('1'),
  getSync: async (cache) => cache.getSync('1'),
  setWithGen: (cache) => cache.setWithGen('1', 'v', 1),
  invalidate: (cache) => cache.invalidate('1'),
  invalidateTags: (cache) => cache.invalidateTags('t'),
  erase: (cache) => cache.erase('1'),
  withWriteIntent: (cache) => cache.withWriteIntent('1', () => undefined),
  getBulk: (cache) => cache.getBulk(['1']),
  setBulkWithGens: (cache) => cache.setBulkWithGens([['1', 'v']], new Map([['1', 1]])),
  snapshotGen: (cache) => cache.snapshotGen('1'),
  snapshotGens: (cache) => cache.snapshotGens(['1']),
  observe: (cache) => cache.observe('1'),
  observeMany: (cache) => cache.observeMany(['1']),
  getOrLoad: (cache) => cache.getOrLoad('1', () => 'v'),
  getOrLoadMany: (cache) => cache.getOrLoadMany(['1'], () => new Map()),
  swr: (cache) => cache.swr({ key: '1', load: () => 'v', ttl: '1m', fresh: '1s' }),
  pinned: async (cache) => cache.pinned(),
};

/** Of the whole namespace, or of no key. */
const OTHERS = [
  'quickHit',
  'constructor',
  'clear',
  'in',
  'stats',
  'close',
  'warn',
  'clearPart',
  'active',
  'stamp',
  'closeOwned',
];

describe('every operation', () => {
  it('is known here, so that a new one is not left out', () => {
    const methods = Object.getOwnPropertyNames(CasCacheService.prototype);
    expect(methods.filter((name) => !OTHERS.includes(name)).toSorted()).toEqual(Object.keys(CALLS).toSorted());
  });

  it('hits quickly no entry that another partition, or none, has under the key', async () => {
    const rig = new Rig({}, true);
    for (const tenant of ['acme', 'other']) {
      await rig.as(tenant).getOrLoad('1', () => tenant);
      for (let n = 0; n < 3; n++) expect(await rig.as(tenant).getOrLoad('1', () => 'loaded again')).toBe(tenant);
      expect(rig.as(tenant).quickHit('1', NO_OPTIONS)).toBeUndefined();
      expect(rig.as(tenant).getSync('1')).toBe(tenant);
    }
    expect(await rig.as('acme').get('1')).toBe('acme');
  });

  it.each(Object.entries(CALLS))('%s is an error without a partition', async (_, call) => {
    const rig = new Rig();
    for (const missing of [undefined, '', null, 7]) {
      await expect(Promise.resolve(call(rig.as(missing)))).rejects.toThrow(CasKeyError);
      await expect(Promise.resolve(call(rig.as(missing)))).rejects.toThrow('the one of this call is missing');
    }
    expect(rig.cache.stats()).toMatchObject({ hits: 0, invalidations: 0, loads: { run: 0 } });
  });
});

describe('the values of one partition', () => {
  it('are not those of another, by any way of reading and writing', async () => {
    const rig = new Rig();
    await rig.as('acme').getOrLoad('1', () => 'of acme');
    expect(await rig.as('globex').get('1')).toBeUndefined();
    expect(rig.cache.getSync('1')).toBeUndefined();
    expect(await rig.cache.getBulk(['1'])).toEqual({ values: new Map(), missing: ['1'] });
    expect(await rig.cache.getOrLoadMany(['1'], () => new Map([['1', 'of globex']]))).toEqual(
      new Map([['1', 'of globex']]),
    );
    await rig.cache.invalidate('1');
    await rig.cache.withWriteIntent('1', () => undefined);
    expect(await rig.as('acme').get('1')).toBe('of acme');
    await rig.cache.invalidate('1');
    expect(await rig.cache.get('1')).toBeUndefined();
  });

  it('come back under the keys of the caller', async () => {
    const rig = new Rig();
    const observed = await rig.cache.snapshotGens(['1', '2']);
    expect([...observed.keys()]).toEqual(['1', '2']);
    const result = await rig.cache.setBulkWithGens(
      [
        ['1', 'one'],
        ['2', 'two'],
      ],
      observed,
    );
    expect(result).toMatchObject({ outcome: 'stored' });
    expect(await rig.cache.getBulk(['1', '3', '2'])).toEqual({
      values: new Map([
        ['1', 'one'],
        ['2', 'two'],
      ]),
      missing: ['3'],
    });
    expect(await rig.cache.setWithGen('4', 'four', await rig.cache.observe('4'))).toBe('stored');
    expect(rig.cache.getSync('4')).toBe('four');
  });

  it('are loaded by loaders that know the keys of the caller only', async () => {
    const rig = new Rig();
    await rig.cache.getOrLoad('1', (context) => {
      expect([context.key, context.keys, context.namespace]).toEqual(['1', ['1'], 'user']);
      context.skip();
      return 'one';
    });
    expect(await rig.cache.get('1')).toBeUndefined();
    const answer = await rig.cache.getOrLoadMany(['1', '2'], (missing, context) => {
      expect([missing, context.keys]).toEqual([
        ['1', '2'],
        ['1', '2'],
      ]);
      context.skip('2');
      context.ttl = '1m';
      expect(context.signal.aborted).toBe(false);
      return new Map(missing.map((key) => [key, `of ${key}`]));
    });
    expect([...answer]).toEqual([
      ['1', 'of 1'],
      ['2', 'of 2'],
    ]);
    expect([await rig.cache.get('1'), await rig.cache.get('2')]).toEqual(['of 1', undefined]);
  });

  it('are asked for by conditions that know the keys of the caller only', async () => {
    const asked: string[] = [];
    const noted = (name: string) => (key: string) => asked.push(`${name} ${key}`) > 0;
    const rig = new Rig({ when: noted('namespace') });
    await rig.cache.getOrLoad('1', () => 'v');
    const options = Object.freeze({ when: noted('call'), unless: (_: string, key: string) => key === '2' });
    await rig.cache.getOrLoad('2', () => 'v', options);
    await rig.cache.getOrLoad('2', () => 'v', options);
    expect(asked).toEqual(['namespace 1', 'call 2', 'call 2']);
    expect(await rig.cache.get('2')).toBeUndefined();
  });
});

describe('errors', () => {
  it('name the keys of the caller', async () => {
    const rig = new Rig();
    await rig.cache.close();
    const error = (await rig.cache.invalidate(['1', '2']).catch((failure: unknown) => failure)) as CasInvalidateError;
    expect(error).toBeInstanceOf(CasInvalidateError);
    expect([...error.failures.keys()]).toEqual(['1', '2']);
  });

  it('of items name the keys of the caller', async () => {
    const { cache } = new Rig();
    await expect(cache.setBulkWithGens([['1', 'v']], new Map())).rejects.toMatchObject({ keys: ['1'] });
    const twice = [
      ['1', 'a'],
      ['1', 'b'],
    ] as const;
    await expect(cache.setBulkWithGens(twice, new Map([['1', 1]]))).rejects.toMatchObject({ keys: ['1'] });
    await expect(cache.setWithGen('1', undefined as never, 1)).rejects.toMatchObject({ key: '1' });
  });

  it('of loaders are left as they are', async () => {
    const failure = new Error('no');
    await expect(new Rig().cache.getOrLoad('1', () => Promise.reject(failure))).rejects.toBe(failure);
  });

  it('of keys come before those of lengths with a partition', async () => {
    const { cache } = new Rig();
    await expect(cache.get('')).rejects.toThrow('A key cannot be empty');
    await expect(cache.get(1 as never)).rejects.toThrow('A key is a string');
  });
});

describe('a partition and a key that are too long together', () => {
  it('are an error that says what takes how much', async () => {
    const rig = new Rig();
    const key = 'k'.repeat(65_535 - '4:acme:'.length);
    await expect(rig.cache.get(key)).resolves.toBeUndefined();
    await expect(rig.cache.get(`${key}k`)).rejects.toThrow(
      /too long in its partition: the partition takes 7 bytes .* and the key 65529/,
    );
    await expect(rig.as('p'.repeat(70_000)).get('1')).rejects.toThrow('The partition alone is too long');
    await expect(rig.as('\ud800').get('1')).rejects.toThrow('lone surrogate');
  });
});

describe('in(partition)', () => {
  it('is the cache of one partition, whatever the caller has', async () => {
    const rig = new Rig();
    const acme = rig.cache.in('acme');
    expect(acme).toBeInstanceOf(CasCacheService);
    rig.as(undefined);
    await acme.getOrLoad('1', () => 'of acme');
    expect(await acme.get('1')).toBe('of acme');
    expect(await acme.in('globex').get('1')).toBeUndefined();
    expect(await rig.as('acme').get('1')).toBe('of acme');
    expect([acme.namespace, acme.stats().hits]).toEqual(['user', 2]);
  });

  it('refuses what is no partition', () => {
    expect(() => new Rig().cache.in('')).toThrow(CasKeyError);
  });

  it('closes the one cache when it is closed', async () => {
    const rig = new Rig();
    await rig.cache.in('acme').close();
    expect(await rig.cache.getOrLoad('1', () => 'v')).toBe('v');
    await expect(rig.cache.invalidate('1')).rejects.toThrow(CasInvalidateError);
  });

  it('and clear({ partition }) are errors in a namespace without partitions', async () => {
    const { cache } = new Rig({ partition: undefined });
    expect(() => cache.in('acme')).toThrow(CasConfigError);
    await expect(cache.clear({ partition: 'acme' })).rejects.toThrow('The namespace "user" has no partitions');
  });
});

describe('clear({ partition })', () => {
  async function filled() {
    const rig = new Rig();
    for (const tenant of ['acme', 'acme2', 'globex']) await rig.cache.in(tenant).getOrLoad('1', () => tenant);
    return rig;
  }
  const left = async ({ cache }: Rig): Promise<(string | undefined)[]> =>
    Promise.all(['acme', 'acme2', 'globex'].map((tenant) => cache.in(tenant).get('1')));

  it('ends the life of what is in the partition, and of nothing else', async () => {
    const rig = await filled();
    await rig.as(undefined).clear({ partition: 'acme' });
    expect(await left(rig)).toEqual([undefined, 'acme2', 'globex']);
  });

  it('is what clear() of its cache does; that of the namespace clears all', async () => {
    const rig = await filled();
    await rig.cache.in('globex').clear();
    expect(await left(rig)).toEqual(['acme', 'acme2', undefined]);
    await rig.as(undefined).clear();
    expect(await left(rig)).toEqual([undefined, undefined, undefined]);
  });

  it('keeps a load that began before from being stored', async () => {
    const rig = await filled();
    const acme = rig.cache.in('acme');
    const observed = await acme.observe('2');
    await rig.cache.clear({ partition: 'acme' });
    expect(await acme.setWithGen('2', 'old', observed)).toBe('stale');
  });

  it('waits for the end of a transaction, in which the partition counts as written', async () => {
    const rig = await filled();
    const [acme, globex] = [rig.cache.in('acme'), rig.cache.in('globex')];
    await runInCasTransaction(async () => {
      await rig.cache.clear({ partition: 'acme' });
      expect([await acme.get('1'), await globex.get('1')]).toEqual([undefined, 'globex']);
    });
    expect(await left(rig)).toEqual([undefined, 'acme2', 'globex']);
  });

  it('that fails leaves nothing of the namespace served here until it has landed', async () => {
    const rig = await filled();
    rig.generations.clear = () => {
      throw new Error('down');
    };
    await expect(rig.cache.clear({ partition: 'acme' })).rejects.toThrow(CasClearError);
    expect(await left(rig)).toEqual([undefined, undefined, undefined]);
  });

  it('leaves keys under a write open', async () => {
    const rig = await filled();
    const acme = rig.cache.in('acme');
    await acme.withWriteIntent('1', async () => {
      await rig.cache.in('globex').get('1');
      expect(await acme.snapshotGen('1')).toBe(0);
    });
    expect(await acme.get('1')).toBeUndefined();
  });
});
