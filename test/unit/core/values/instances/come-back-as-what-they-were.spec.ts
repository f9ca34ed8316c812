import { Buffer } from 'node:buffer';

import { describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';

import type { CasCodec } from '../../../../../lib/contracts/codec.js';
import { ClassCodec } from '../../../../../lib/codecs/class.codec.js';
import { CompressedCodec } from '../../../../../lib/codecs/compressed.codec.js';
import { CborCodec } from '../../../../../lib/codecs/cbor.codec.js';
import { EncryptedCodec } from '../../../../../lib/codecs/encrypted.codec.js';
import { JsonCodec } from '../../../../../lib/codecs/json.codec.js';
import { MsgpackCodec } from '../../../../../lib/codecs/msgpack.codec.js';
import { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import { LocalGenerationStore } from '../../../../../lib/generations/local-generation-store.js';
import { MemoryProvider } from '../../../../../lib/providers/memory-provider.js';
import type { RigOptions } from '../../../../support/core/rig.js';
import { RecordedEvents } from '../../../../support/core/recorded-events.js';

class Address {
  constructor(readonly city: string) {}

  shout(): string {
    return this.city.toUpperCase();
  }
}
class User {
  friends: User[] = [];
  address: Address | undefined;

  constructor(readonly name: string) {
    made++;
  }

  set alias(_: string) {
    throw new Error('a setter ran');
  }

  greet(): string {
    return `I am ${this.name}`;
  }

  /** For clients: no codec may call it. */
  toJSON(): string {
    return 'toJSON was called';
  }
}
class Ids extends Array<string> {
  first(): string | undefined {
    return this[0];
  }
}
class Tags extends Map<string, User> {
  size2(): number {
    return this.size * 2;
  }
}
let made = 0;

const decimal = {
  class: Decimal,
  encode: (value: Decimal) => value.toString(),
  decode: (text: string) => new Decimal(text),
};
const OPTIONS: RigOptions = { classes: { User, Address }, types: { Decimal: decimal } };

class Bytes {
  readonly provider = new MemoryProvider({ holds: 'bytes' });
  readonly generations = new LocalGenerationStore();
  readonly events = new RecordedEvents();

  constructor(readonly codec: CasCodec = new MsgpackCodec()) {}

  cache(options: RigOptions = OPTIONS, near?: MemoryProvider): CasCacheService {
    return new CasCacheService(resolveNamespaceOptions({ namespace: 'user', ...options }), {
      provider: this.provider,
      generations: this.generations,
      codec: this.codec,
      hooks: [this.events],
      near,
    });
  }
}

async function throughBytes(value: unknown, codec?: CasCodec, options?: RigOptions): Promise<unknown> {
  const cache = new Bytes(codec).cache(options);
  expect(await cache.setWithGen('42', value, await cache.snapshotGen('42'))).toBe('stored');
  const hit = await cache.get('42');
  await cache.close();
  return hit;
}

const CODECS: [string, () => CasCodec][] = [
  ['MsgpackCodec', () => new MsgpackCodec()],
  ['JsonCodec', () => new JsonCodec()],
  ['CborCodec', () => new CborCodec()],
  ['CompressedCodec', () => new CompressedCodec(new JsonCodec())],
  [
    'EncryptedCodec',
    () => new EncryptedCodec(new MsgpackCodec(), { keys: { a: Buffer.alloc(32, 1).toString('hex') }, current: 'a' }),
  ],
];

describe.each(CODECS)('instances of listed classes: %s', (_name, codec) => {
  it('come back as such, in lists, under properties and in each other, and no constructor or setter runs', async () => {
    const user = new User('Linus');
    user.address = new Address('Helsinki');
    user.friends.push(
      new User('Ada'),
      Object.defineProperty(new User('Bob'), 'alias', { value: 'b', enumerable: true, writable: true }),
    );
    const value = { users: [user], main: new Address('Espoo'), total: new Decimal('1.5') };
    const before = structuredClone({ names: value.users.map(({ name }) => name) });
    made = 0;
    const hit = (await throughBytes(value, codec())) as typeof value;
    expect(made).toBe(0);
    expect(hit).toStrictEqual(value);
    expect(hit.users[0]?.greet()).toBe('I am Linus');
    expect(hit.users[0]?.address?.shout()).toBe('HELSINKI');
    expect(hit.users[0]?.friends.map((each) => each.greet())).toEqual(['I am Ada', 'I am Bob']);
    expect(hit.total.plus(1).toString()).toBe('2.5');
    // The caller's own objects stay as they were.
    expect([value.users.map(({ name }) => name), user instanceof User]).toEqual([before.names, true]);
  });

  it('data that looks like a mark stays data', async () => {
    const value = [
      { '@User': { name: 'x' } },
      { '@': { '@': 1 } },
      { '@Decimal': '1' },
      { '@nobody': null },
      { '@User': 1, b: 2 },
      { a: { '@': [] } },
      new Address('@'),
      Object.assign(new Address('x'), { '@Address': { '@User': 1 } }),
    ];
    expect(await throughBytes(value, codec())).toStrictEqual(value);
  });

  it('the value itself may be one', async () => {
    expect(await throughBytes(new Address('x'), codec())).toStrictEqual(new Address('x'));
    expect(String(await throughBytes(new Decimal('0.1'), codec()))).toBe('0.1');
  });
});

describe('with a codec that carries more', () => {
  it('shared objects and cycles are kept', async () => {
    const user = new User('Linus');
    user.friends.push(user);
    const hit = (await throughBytes({ a: user, b: [user], plain: { user } })) as {
      a: User;
      b: User[];
      plain: { user: User };
    };
    expect(hit.a.friends[0]).toBe(hit.a);
    expect(hit.b[0]).toBe(hit.a);
    expect(hit.plain.user).toBe(hit.a);
    expect(hit.a).toBeInstanceOf(User);
  });

  it('they are found in Map, Set and errors, and classes may be heirs of built-ins', async () => {
    const tags = new Tags([['a', new User('Ada')]]);
    const value = {
      map: new Map<unknown, unknown>([[new Address('k'), new Set([new Address('v')])]]),
      error: new Error('e', { cause: new Address('c') }),
      ids: Ids.from(['1', '2']) as Ids,
      tags,
    };
    const hit = (await throughBytes(value, undefined, { classes: { User, Address, Ids, Tags } })) as typeof value;
    const [[key, members] = []] = hit.map;
    expect([key, ...(members as Set<unknown>)]).toStrictEqual([new Address('k'), new Address('v')]);
    expect(hit.error.cause).toStrictEqual(new Address('c'));
    expect([hit.ids.first(), hit.ids.length, Array.isArray(hit.ids)]).toEqual(['1', 2, true]);
    expect([hit.tags.size2(), hit.tags.get('a')?.greet()]).toEqual([2, 'I am Ada']);
  });

  it('ClassCodec beside them keeps what it was told, and they the rest', async () => {
    const user = Object.assign(new User('Linus'), { address: new Address('x') });
    const codec = new ClassCodec(new MsgpackCodec(), User);
    const hit = (await throughBytes(user, codec, { classes: { Address } })) as User;
    expect(hit).toStrictEqual(user);
    expect(await throughBytes(new Address('x'), codec, { classes: { Address } })).toStrictEqual(new Address('x'));
    await expect(throughBytes([user], codec, {})).rejects.toThrow('[0].address is an instance of Address');
  });
});

describe('the name in bytes', () => {
  it('is that of the property: another build may call the class what it likes', async () => {
    const stores = new Bytes();
    const first = stores.cache({ classes: { User } });
    await first.setWithGen('42', new User('Linus'), await first.snapshotGen('42'));
    const a = class {
      declare name: string;
      greet(): string {
        return `minified ${this.name}`;
      }
    };
    expect(((await stores.cache({ classes: { User: a } }).get('42')) as User).greet()).toBe('minified Linus');
  });

  it.each<[string, RigOptions, RigOptions]>([
    ['with classes, read without', { classes: { User } }, {}],
    ['without, read with classes', {}, { classes: { User } }],
    ['with fewer', { classes: { User } }, { classes: { User, Address } }],
    ['with another', { classes: { User } }, { classes: { Address } }],
    ['as a class, read as a type', { classes: { Decimal: User } }, { types: { Decimal: decimal } }],
  ])('an entry of other classes is a miss, never another value: %s', async (_name, wrote, reads) => {
    const stores = new Bytes();
    const writer = stores.cache(wrote);
    await writer.setWithGen('42', { plain: true }, await writer.snapshotGen('42'));
    expect(await stores.cache(reads).get('42')).toBeUndefined();
    expect(stores.events.of('miss')).toEqual([{ type: 'miss', namespace: 'user', key: '42', reason: 'undecodable' }]);
  });
});

describe('in process', () => {
  it('instances of types are copied as their type says, for what no copy can see', async () => {
    class Money {
      readonly #cents: number;
      constructor(cents: number) {
        this.#cents = cents;
      }
      get cents(): number {
        return this.#cents;
      }
    }
    const types = {
      Money: {
        class: Money,
        encode: (money: Money) => ({ cents: money.cents }),
        decode: ({ cents }: { cents: number }) => new Money(cents),
      },
    };
    for (const isolation of ['copy', 'frozen', 'reference'] as const) {
      const cache = new CasCacheService<{ price: Money }>(
        resolveNamespaceOptions({ namespace: 'user', isolation, types }),
        {
          provider: new MemoryProvider({ holds: 'values' }),
          generations: new LocalGenerationStore(),
          codec: new MsgpackCodec(),
          hooks: [],
        },
      );
      const value = { price: new Money(5) };
      const both = await Promise.all([1, 2].map(async () => cache.getOrLoad('42', async () => Promise.resolve(value))));
      const hits = [...both, await cache.get('42'), await cache.get('42')];
      expect(hits.map((hit) => hit?.price.cents)).toEqual([5, 5, 5, 5]);
      expect(new Set(hits).size).toBe({ copy: 4, frozen: 3, reference: 1 }[isolation]);
    }
  });

  it('in front of bytes, hits are what the bytes hold', async () => {
    const stores = new Bytes();
    const cache = stores.cache(OPTIONS, new MemoryProvider({ holds: 'values' }));
    const value = { user: new User('Linus'), total: new Decimal('1.5') };
    await cache.getOrLoad('42', () => value);
    for (let read = 0; read < 2; read++) {
      const hit = (await cache.get('42')) as typeof value;
      expect(hit).toStrictEqual(value);
      expect(hit).not.toBe(value);
      expect([hit.user.greet(), hit.total.plus(1).toString()]).toEqual(['I am Linus', '2.5']);
    }
  });

  it('many values filled at once come back too', async () => {
    const stores = new Bytes();
    const cache = stores.cache();
    const keys = ['1', '2'];
    const load = (missing: string[]): Map<string, unknown> => new Map(missing.map((key) => [key, new User(key)]));
    await cache.getOrLoadMany(keys, load);
    stores.provider.delete('single:user:1');
    const hits = await cache.getBulk(keys);
    expect(hits.missing).toEqual([]);
    expect([...hits.values.values()].map((user) => (user as User).greet())).toEqual(['I am 1', 'I am 2']);
  });
});
