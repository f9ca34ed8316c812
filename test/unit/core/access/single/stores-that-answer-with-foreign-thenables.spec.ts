import { describe, expect, it } from '@jest/globals';

import type { Rig } from '../../../../support/core/rig.js';
import { BYTES, MEMORY, NEAR, TIERED } from '../../../../support/core/topologies.js';

/** No promise, and what its `then` returns is nothing: all that `await` asks for. */
class Foreign {
  constructor(private readonly answer: unknown) {}

  // eslint-disable-next-line unicorn/no-thenable -- that is what it is for
  then(resolve: (answer: unknown) => void, reject: (cause: unknown) => void): void {
    Promise.resolve(this.answer).then(resolve, reject);
  }
}

type Part = Record<string, (...given: never[]) => unknown>;

function answerWithThenables(part: object | undefined, methods: readonly string[]): void {
  if (part === undefined) return;
  for (const name of methods) {
    const method = (part as Part)[name]?.bind(part);
    if (method !== undefined) (part as Part)[name] = (...given) => new Foreign(method(...given));
  }
}

function withForeignStores(rig: () => Rig): Rig {
  const stores = rig();
  for (const part of [stores.entries, stores.near]) answerWithThenables(part, ['get', 'set', 'delete']);
  answerWithThenables(stores.generations, ['current', 'snapshot', 'extend', 'bump']);
  return stores;
}

describe.each([MEMORY, NEAR, BYTES, TIERED])(
  'stores that answer with thenables of another library: $name',
  ({ rig }) => {
    it('serve hits, and nothing that was invalidated', async () => {
      const { cache } = withForeignStores(rig);
      let row = { name: 'Ada' };
      const load = (): Promise<typeof row> => cache.getOrLoad('42', () => row) as Promise<typeof row>;
      expect(await load()).toEqual({ name: 'Ada' });
      row = { name: 'Grace' };
      expect(await load()).toEqual({ name: 'Ada' });
      expect(await cache.get('42')).toEqual({ name: 'Ada' });
      expect(cache.getSync('42')).toBeUndefined();
      await cache.invalidate('42');
      expect(await cache.get('42')).toBeUndefined();
      expect(await load()).toEqual({ name: 'Grace' });
      expect(cache.stats()).toMatchObject({ hits: 2, loads: { run: 2 } });
    });
  },
);
