import { describe, expect, it } from '@jest/globals';

import { CasUncacheableError } from '../../../../../lib/errors.js';
import { Rig } from '../../../../support/core/rig.js';
import { Embedded } from '../../../../support/core/embedded.js';
import { MEMORY, NEAR, WITH_BYTES } from '../../../../support/core/topologies.js';

/** Nothing but a name for data. */
class Row {
  constructor(readonly name: string) {}
}
class User {
  constructor(readonly name: string) {}

  greet(): string {
    return `I am ${this.name}`;
  }
}
class Account {
  readonly owners = [new User('Linus')];
}
class Heir extends User {}
class Priced {
  readonly net = 1;

  get gross(): number {
    return this.net * 1.2;
  }
}
class Shown {
  readonly hash = 'secret';

  toJSON(): object {
    return {};
  }
}

const fill = async ({ cache }: Rig, value: unknown): Promise<string> =>
  cache.setWithGen('42', value, await cache.snapshotGen('42'));

describe.each(WITH_BYTES)('an instance whose class a codec loses: $name', ({ rig }) => {
  it('is stored as plain data where the class is only a name, with one warning for each class', async () => {
    const stores = rig();
    expect(await fill(stores, [new Row('Linus')])).toBe('stored');
    await fill(stores, new Row('Tommy Lee Jones'));
    await stores.cache.getOrLoad('other', () => ({ rows: [new Row('Linus')] }));
    expect(await stores.cache.get('other')).toEqual({ rows: [{ name: 'Linus' }] });
    expect(stores.events.of('warning')).toEqual([
      { type: 'warning', namespace: 'user', message: expect.stringMatching(/^Instances of Row .*classes: \{ Row \}/) },
    ]);
  });

  it("is stored in silence with classLoss: 'plain'", async () => {
    const stores = rig({ classLoss: 'plain' });
    expect(await fill(stores, new Row('Linus'))).toBe('stored');
    expect(stores.events.of('warning')).toEqual([]);
  });

  it("is not stored with classLoss: 'refuse'", async () => {
    const stores = rig({ classLoss: 'refuse' });
    await expect(fill(stores, [new Row('Linus')])).rejects.toThrow(
      '[0] is an instance of Row, whose class would be lost.',
    );
    expect(stores.has('42')).toBe(false);
  });

  it.each([
    ['methods', new User('Linus'), 'the value is an instance of User, whose methods would be lost'],
    ['methods of an ancestor', [{ u: new Heir('Linus') }], '[0].u is an instance of Heir, whose methods would be lost'],
    ['accessors', { item: new Priced() }, '.item is an instance of Priced, whose methods would be lost'],
    ['toJSON', new Map([['a', new Shown()]]), '[0] is an instance of Shown, whose toJSON would be lost'],
    ['methods, levels deep', [[{ account: new Account() }]], '[0][0].account.owners[0] is an instance of User'],
  ])('is not stored where a plain object cannot stand for it: %s', async (_name, value, said) => {
    const stores = rig();
    const refusal = fill(stores, value);
    await expect(refusal).rejects.toBeInstanceOf(CasUncacheableError);
    await expect(refusal).rejects.toMatchObject({ code: 'CAS_VALUE', message: expect.stringContaining(said) });
    await expect(refusal).rejects.toThrow("list the class in the namespace's option classes");
    expect(stores.has('42')).toBe(false);
  });

  it.each<[string, Record<string, new (...args: never[]) => object>, string, string]>([
    ['none is listed', {}, '.user is an instance of User, whose methods', '{ User, Priced, Shown }'],
    ['one is listed', { User }, '.items[0] is an instance of Priced, whose methods', '{ Priced, Shown }'],
  ])('names at once every class to list: %s', async (_name, classes, first, toList) => {
    const value = {
      user: new User('Linus'),
      items: [new Priced(), Object.assign(new User('Ada'), { shown: new Shown() })],
    };
    const refusal = fill(rig({ classes }), value);
    await expect(refusal).rejects.toThrow(first);
    await expect(refusal).rejects.toThrow(`Not listed yet: classes: ${toList}.`);
  });

  it('is refused for the first class that is lost, whatever comes behind it', async () => {
    const refusal = fill(rig(), [new User('Linus'), () => 1, new Shown()]);
    await expect(refusal).rejects.toThrow('[0] is an instance of User');
    await expect(refusal).rejects.toThrow('classes: { User }.');
  });

  it('names no class to list that has no name to be listed under', async () => {
    const refusal = fill(rig(), new (class extends User {})('Linus'));
    await expect(refusal).rejects.toThrow(/an instance of a class without a name, .*plain data\.$/);
  });

  it('is returned by reads, and one warning says where it is', async () => {
    const stores = rig();
    for (const key of ['1', '2']) {
      const list = [new User(key)];
      expect(await stores.cache.getOrLoad(key, () => list)).toBe(list);
      expect(stores.has(key)).toBe(false);
    }
    await stores.cache.getOrLoadMany(['3', '4'], (keys) => new Map(keys.map((key) => [key, [new User(key)]])));
    expect(stores.events.of('fill')).toHaveLength(4);
    expect(stores.events.of('fill').every((event) => 'outcome' in event && event.outcome === 'rejected')).toBe(true);
    expect(stores.events.of('warning')).toEqual([
      { type: 'warning', namespace: 'user', message: expect.stringContaining('[0] is an instance of User') },
    ]);
    expect(stores.events.of('fault')).toEqual([]);
  });

  it('is the affair of the codec where that keeps classes: all of them, or those that it knows', async () => {
    const stores = rig();
    stores.codec.keepsClasses = true;
    const cache = stores.another();
    expect(await cache.setWithGen('42', new User('Linus'), await cache.snapshotGen('42'))).toBe('stored');
    Object.assign(stores.codec, { keepsClass: (prototype: object) => prototype === User.prototype });
    expect(await cache.setWithGen('42', new User('Linus'), await cache.snapshotGen('42'))).toBe('stored');
    await expect(cache.setWithGen('42', new Heir('Linus'), await cache.snapshotGen('42'))).rejects.toThrow('Heir');
    expect(stores.events.of('warning')).toEqual([]);
  });
});

describe.each([MEMORY, NEAR])('where values are held in process: $name', ({ rig }) => {
  it('no class is lost, so nothing is said', async () => {
    const stores = rig();
    await fill(stores, [new User('Linus'), new Shown(), new Priced()]);
    expect(stores.events.of('warning')).toEqual([]);
    expect(((await stores.cache.get('42')) as [User])[0].greet()).toBe('I am Linus');
  });
});

describe('where values are bytes in process', () => {
  it('a class is lost as on Redis', async () => {
    const { cache } = new Embedded({}, 'bytes');
    await expect(cache.setWithGen('42', new User('a'), await cache.snapshotGen('42'))).rejects.toThrow('User');
  });
});
