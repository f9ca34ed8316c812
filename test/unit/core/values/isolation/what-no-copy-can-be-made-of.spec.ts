import { Readable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';
import { of } from 'rxjs';

import { UNENCODABLE } from '../../../../support/core/text-codec.js';
import { MEMORY, TOPOLOGIES, WITH_BYTES } from '../../../../support/core/topologies.js';

class Secret {
  #text = 'a';
  read(): string {
    return this.#text;
  }
}

const UNCOPYABLE: [string, () => unknown, string][] = [
  ['a stream', () => ({ file: Readable.from(['a']) }), '.file is a stream'],
  ['a Response', () => new Response('a'), 'the value is a Request or Response'],
  ['an Observable', () => [of(1)], '[0] is an Observable'],
  ['#private state', () => new Secret(), 'the value is an instance of Secret, which has private state'],
  ['a function', () => ({ run: () => 1 }), '.run is a function'],
  ['an accessor', () => ({ get a() { return 1; } }), '.a is an accessor'], // prettier-ignore
];

describe.each(TOPOLOGIES)('what no copy can be made of: $name', ({ rig }) => {
  it.each(UNCOPYABLE)('is returned and not stored, and one warning says where it is: %s', async (_name, make, said) => {
    const stores = rig();
    for (const key of ['1', '1', '2']) {
      const value = make();
      expect(await stores.cache.getOrLoad(key, () => value)).toBe(value);
      expect(stores.has(key)).toBe(false);
    }
    expect(stores.events.of('warning')).toEqual([
      { type: 'warning', namespace: 'user', message: expect.stringContaining(`The value cannot be cached: ${said}`) },
    ]);
    expect(stores.cache.stats().fills.rejected).toBe(3);
    expect(stores.events.of('fault')).toEqual([]);
  });

  it.each(UNCOPYABLE)(
    'is nobody else’s: those who would have shared its load run their own: %s',
    async (_name, make) => {
      const stores = rig();
      const made: unknown[] = [];
      const load = async (): Promise<unknown> => {
        await Promise.resolve();
        made.push(make());
        return made.at(-1);
      };
      const got = await Promise.all([1, 2, 3].map(async () => stores.cache.getOrLoad('42', load)));
      expect(made).toHaveLength(3);
      expect(new Set(got)).toEqual(new Set(made));
      expect(stores.cache.stats().loads.shared).toBe(2);
    },
  );

  it('is loaded by each of those who ask for many keys too, and only such keys are', async () => {
    const stores = rig();
    const loaded: string[][] = [];
    const load = async (keys: string[]): Promise<Map<string, unknown>> => {
      loaded.push(keys);
      await Promise.resolve();
      return new Map(keys.map((key) => [key, key === 'odd' ? new Secret() : { key }]));
    };
    const [first, second] = await Promise.all([
      stores.cache.getOrLoadMany(['odd', 'plain'], load),
      stores.cache.getOrLoadMany(['odd', 'plain'], load),
    ]);
    expect(loaded).toEqual([['odd', 'plain'], ['odd']]);
    expect((second.get('odd') as Secret).read()).toBe('a');
    expect(second.get('odd')).not.toBe(first.get('odd'));
    expect(second.get('plain')).toEqual({ key: 'plain' });
  });
});

describe.each(WITH_BYTES)('what only the codec refuses: $name', ({ rig }) => {
  it('is shared all the same', async () => {
    const stores = rig();
    let loads = 0;
    const load = async (): Promise<unknown> => {
      await Promise.resolve();
      loads++;
      return UNENCODABLE;
    };
    await Promise.all([1, 2, 3].map(async () => stores.cache.getOrLoad('42', load)));
    expect(loads).toBe(1);
  });
});

describe("isolation 'reference'", () => {
  it.each(UNCOPYABLE.slice(0, 3))('hands no two callers what one of them uses up: %s', async (_name, make, said) => {
    const stores = MEMORY.rig({ isolation: 'reference' });
    const got = await Promise.all(
      [1, 2].map(async () => stores.cache.getOrLoad('42', async () => Promise.resolve(make()))),
    );
    expect(got[0]).not.toBe(got[1]);
    expect(stores.has('42')).toBe(false);
    expect(stores.events.of('warning')).toEqual([
      { type: 'warning', namespace: 'user', message: expect.stringContaining(said) },
    ]);
  });

  it.each(UNCOPYABLE.slice(3))('keeps what is only hard to copy: %s', async (_name, make) => {
    const stores = MEMORY.rig({ isolation: 'reference' });
    const value = make();
    const got = await Promise.all(
      [1, 2].map(async () => stores.cache.getOrLoad('42', async () => Promise.resolve(value))),
    );
    expect(got).toEqual([value, value]);
    expect(await stores.cache.get('42')).toBe(value);
    expect(stores.events.of('warning')).toEqual([]);
  });
});
