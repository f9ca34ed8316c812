import { describe, expect, it } from '@jest/globals';

import { ClassLossWatch } from '../../../../../lib/core/values/class-loss.js';
import { Rig } from '../../../../support/core/rig.js';
import { MEMORY, NEAR, WITH_BYTES } from '../../../../support/core/topologies.js';

class User {
  constructor(readonly name: string) {}
}
class Account {
  readonly owner = new User('Linus');
}

const fill = async ({ cache }: Rig, value: unknown): Promise<void> => {
  expect(await cache.setWithGen('42', value, await cache.snapshotGen('42'))).toBe('stored');
};

describe.each(WITH_BYTES)('a value whose prototype would be lost: $name', ({ rig }) => {
  it('is one warning that names the class', async () => {
    const stores = rig();
    await fill(stores, new User('Linus'));
    await fill(stores, new User('Tommy Lee Jones'));
    await stores.cache.getOrLoad('other', () => new User('Linus'));
    expect(stores.events.of('warning')).toEqual([
      { type: 'warning', namespace: 'user', message: expect.stringMatching(/^Instances of User .*ClassCodec/) },
    ]);
  });

  it('is not warned about when the codec keeps classes', async () => {
    const keeping = rig();
    keeping.codec.keepsClasses = true;
    const cache = keeping.another();
    await cache.setWithGen('42', new User('Linus'), await cache.snapshotGen('42'));
    expect(keeping.events.of('warning')).toEqual([]);
  });
});

describe.each([MEMORY, NEAR])('where values are held in process: $name', ({ rig }) => {
  it('nothing is lost, so nothing is said', async () => {
    const stores = rig();
    await fill(stores, new User('Linus'));
    expect(stores.events.of('warning')).toEqual([]);
  });
});

describe('ClassLossWatch', () => {
  const said = (...values: unknown[]): string[] => {
    const messages: string[] = [];
    const watch = new ClassLossWatch((message) =>
      messages.push(/^Instances of (.+) come back/.exec(message)?.[1] ?? ''),
    );
    for (const value of values) watch.inspect(value);
    return messages;
  };

  it('sees the value, its properties and the first of its elements, each class once', () => {
    expect(said(new Account(), new User(''))).toEqual(['Account', 'User']);
    expect(said({ user: new User('') }, [new Account()])).toEqual(['User', 'Account']);
  });

  it('says nothing of plain data', () => {
    const bare: unknown = Object.create(null);
    expect(
      said(
        null,
        undefined,
        1,
        'text',
        true,
        1n,
        {},
        [],
        bare,
        new Date(),
        new Map(),
        new Set(),
        /x/,
        new TypeError('x'),
        [null],
      ),
    ).toEqual([]);
    expect(said(Buffer.of(1), new Uint8Array(1), new Float64Array(1), new ArrayBuffer(1), { at: new Date() })).toEqual(
      [],
    );
  });

  it('names the class, whatever the instance calls `constructor`', () => {
    class Row {
      readonly constructor_ = 1;
    }
    const odd = Object.defineProperty(new Row(), 'constructor', { value: undefined, enumerable: true });
    expect(said(odd)).toEqual(['Row']);
  });

  it('survives objects whose prototype has no constructor', () => {
    expect(said(Object.create(Object.create(null) as object))).toEqual(['a class without a name']);
  });
});
