import { afterEach, describe, expect, it, jest } from '@jest/globals';

import type { Mismatch } from '../../../../lib/contracts/hooks.js';
import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import { settled } from '../../../support/core/manual-timers.js';
import type { Rig, RigOptions } from '../../../support/core/rig.js';
import { ATOMIC, MEMORY, NEAR, TOPOLOGIES } from '../../../support/core/topologies.js';
import type { Topology } from '../../../support/core/topologies.js';

interface User {
  readonly name: string;
  readonly roles: readonly string[];
}

/** A source, writers of it, and a cache in front that compares every hit. */
class World {
  readonly rig: Rig;
  readonly rows = new Map<string, User>();
  calls = 0;

  constructor({ rig }: Topology, options: RigOptions = {}) {
    this.rig = rig({ verify: { sample: 1, delay: '1s' }, ...options });
    for (const key of ['a', 'b']) this.rows.set(key, { name: 'Ada', roles: ['reader', 'writer'] });
  }

  readonly load = async ({ key }: { readonly key: string }): Promise<User> => {
    this.calls++;
    return this.rows.get(key) as User;
  };

  readonly loadMany = async (keys: string[]): Promise<Map<string, User>> => {
    this.calls++;
    return new Map(keys.map((key) => [key, this.rows.get(key) as User]));
  };

  /** A hit, and everything that it sets going, as far as no time passes. */
  async read(key = 'a'): Promise<unknown> {
    const value = await this.rig.cache.getOrLoad(key, this.load);
    await this.rest();
    return value;
  }

  async rest(): Promise<void> {
    for (let n = 0; n < 5; n++) await settled();
  }

  async pass(ms: number): Promise<void> {
    this.rig.timers.advance(ms);
    await this.rest();
  }

  /** A commit without an invalidation. */
  write(name: string, key = 'a'): void {
    this.rows.set(key, { name, roles: ['reader', name] });
  }

  get mismatches(): readonly Mismatch[] {
    return this.rig.events.of('mismatch');
  }
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(TOPOLOGIES)('a writer that forgets to invalidate is found: $name', (topology) => {
  it('by a hit that still differs after the delay, which is told with where it differs, and not with what', async () => {
    const world = new World(topology);
    await world.read();
    world.write('Grace');
    expect(await world.read()).toMatchObject({ name: 'Ada' });
    expect(world.mismatches).toEqual([]);
    await world.pass(999);
    expect(world.mismatches).toEqual([]);
    await world.pass(1);
    expect(world.mismatches).toMatchObject([{ namespace: 'user', key: 'a', paths: ['$.name', '$.roles[1]'] }]);
    expect(JSON.stringify(world.mismatches)).not.toMatch(/Ada|Grace|writer/);
    expect(world.rig.cache.stats().verified).toMatchObject({ mismatches: 1 });
  });

  it('by one of many keys', async () => {
    const { rig, loadMany, ...world } = Object.assign(new World(topology), {});
    const { rows } = world;
    await rig.cache.getOrLoadMany(['a', 'b'], loadMany);
    rows.set('b', { name: 'Grace', roles: [] });
    await rig.cache.getOrLoadMany(['a', 'b'], loadMany);
    for (let n = 0; n < 10; n++) await settled();
    rig.timers.advance(1_000);
    for (let n = 0; n < 10; n++) await settled();
    expect(rig.events.of('mismatch')).toMatchObject([{ key: 'b', paths: ['$.name', '$.roles.length'] }]);
  });

  it('and no other: one that commits, waits, and invalidates is none', async () => {
    const world = new World(topology);
    await world.read();
    world.write('Grace');
    await world.read();
    await world.pass(900);
    await world.rig.cache.invalidate('a');
    await world.read();
    await world.pass(1_000);
    await world.pass(1_000);
    expect(world.mismatches).toEqual([]);
    expect(await world.read()).toMatchObject({ name: 'Grace' });
    expect(world.rig.cache.stats().verified.checked).toBeGreaterThan(0);
  });

  it('nor one whose invalidation comes while the source is asked for the second time', async () => {
    const world = new World(topology);
    await world.read();
    world.write('Grace');
    await world.read();
    const { calls } = world;
    const slow = jest.spyOn(world.rows, 'get').mockImplementation((key) => {
      if (world.calls === calls + 1) void world.rig.cache.invalidate(key);
      return { name: 'Grace', roles: [] };
    });
    await world.pass(1_000);
    await world.rest();
    expect(slow).toHaveBeenCalled();
    expect(world.mismatches).toEqual([]);
  });

  it('nor one that commits again, just before the second look at what its first invalidation has left', async () => {
    const world = new World(topology);
    await world.read();
    world.write('Grace');
    await world.read();
    await world.pass(900);
    await world.rig.cache.invalidate('a');
    await world.read();
    world.write('Linus');
    await world.pass(100);
    expect(world.mismatches).toEqual([]);
  });

  it('nor a difference that is gone by then', async () => {
    const world = new World(topology);
    const before = world.rows.get('a') as User;
    await world.read();
    world.write('Grace');
    await world.read();
    world.rows.set('a', before);
    await world.pass(1_000);
    expect(world.mismatches).toEqual([]);
  });

  it('nor a source that fails, nor one that knows nothing of it', async () => {
    for (const answer of [() => Promise.reject(new Error('down')), () => Promise.resolve(undefined)]) {
      const world = new World(topology);
      await world.read();
      await world.rig.cache.getOrLoad('a', answer as () => Promise<never>);
      await world.pass(1_000);
      expect(world.mismatches).toEqual([]);
      expect(world.rig.cache.stats().verified.checked).toBe(0);
    }
  });
});

describe('comparing with the source', () => {
  it('tells an entry once, and calls onMismatch, which may fail', async () => {
    const heard: Mismatch[] = [];
    const onMismatch = (mismatch: Mismatch): never => {
      heard.push(mismatch);
      throw new Error('a guest');
    };
    const world = new World(MEMORY, { verify: { sample: 1, delay: '1s', onMismatch }, history: 10 });
    await world.read();
    world.write('Grace');
    for (let n = 0; n < 3; n++) {
      await world.read();
      await world.pass(1_000);
    }
    expect(heard).toHaveLength(1);
    expect(heard[0]?.history?.map(({ type }) => type)).toEqual(['miss', 'fill']);
    await world.rig.cache.invalidate('a');
    await world.read();
    world.write('Linus');
    await world.read();
    await world.pass(1_000);
    expect(heard).toHaveLength(2);
  });

  it('stores nothing of what it loads, and keeps no caller waiting', async () => {
    const world = new World(ATOMIC);
    await world.read();
    world.write('Grace');
    world.rig.log.forget();
    await world.read();
    await world.pass(1_000);
    expect(world.rig.log.steps().filter((step) => /fill|set|bump|delete|invalidate/i.test(step))).toEqual([]);
    expect(await world.rig.cache.get('a')).toMatchObject({ name: 'Ada' });
  });

  it('compares what would be read of what is loaded: what a codec makes of a value is no difference', async () => {
    const world = new World(ATOMIC);
    const load = async () => ({ at: new Date(0), left: undefined, name: 'Ada' });
    for (let n = 0; n < 2; n++) {
      await world.rig.cache.getOrLoad('d', load);
      await world.rest();
    }
    await world.pass(1_000);
    expect(world.rig.cache.stats().verified.checked).toBe(1);
    expect(world.mismatches).toEqual([]);
  });

  it('is not begun inside a transaction, nor inside a load, nor of a miss', async () => {
    const world = new World(NEAR);
    await world.read();
    expect(world.calls).toBe(1);
    await runInCasTransaction(() => world.read());
    await world.rig.cache.getOrLoad('outer', async () => {
      await world.rig.cache.getOrLoad('a', world.load);
      return 'outer';
    });
    await world.rest();
    expect(world.calls).toBe(1);
    await world.read();
    expect(world.calls).toBe(2);
  });

  it('calls two loaders at once at most, and one for each key', async () => {
    const world = new World(MEMORY);
    const open: (() => void)[] = [];
    let most = 0;
    let running = 0;
    const keys = ['1', '2', '3', '4'];
    for (const key of keys) await world.rig.cache.getOrLoad(key, () => 'value');
    const slow = async (): Promise<string> => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => open.push(resolve));
      running--;
      return 'value';
    };
    for (const key of [...keys, ...keys]) await world.rig.cache.getOrLoad(key, slow);
    await world.rest();
    expect(open).toHaveLength(2);
    for (let n = 0; n < keys.length; n++) {
      open[n]?.();
      await world.rest();
    }
    expect(open).toHaveLength(keys.length);
    expect(most).toBe(2);
  });

  it('ends with the cache', async () => {
    const world = new World(MEMORY);
    await world.read();
    world.write('Grace');
    await world.read();
    const { calls } = world;
    await world.rig.cache.close();
    await world.pass(1_000);
    expect(world.calls).toBe(calls);
  });

  it('picks a share of the hits, and none without the option', async () => {
    const random = jest.spyOn(Math, 'random');
    const world = new World(MEMORY, { verify: { sample: 0.25 } });
    await world.read();
    for (const lot of [0.24, 0.25, 0.99]) {
      random.mockReturnValue(lot);
      await world.read();
    }
    expect(world.calls).toBe(2);
    random.mockReturnValue(0);
    const plain = new World(MEMORY, { verify: undefined });
    for (let n = 0; n < 3; n++) await plain.read();
    expect(plain.calls).toBe(1);
  });

  it('refuses options that are none', () => {
    for (const verify of [{ sample: 2 }, { delay: 0 }, { share: 0.1 }, 0.1, { onMismatch: 'log' }]) {
      expect(() => new World(MEMORY, { verify } as RigOptions)).toThrow(/verify of namespace "user"/);
    }
  });
});
