import { describe, expect, it } from '@jest/globals';

import { ClassCodec } from '../../../lib/codecs/class.codec.js';
import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import { MsgpackCodec } from '../../../lib/codecs/msgpack.codec.js';
import { CasConfigError } from '../../../lib/errors.js';
import { CONTEXT, describeCodecContract } from '../../support/codec-contract.js';
import { PLAIN, UNSTORABLE } from '../../support/codec-samples.js';

let constructed = 0;

class Address {
  static readonly type = 'a static that is named like an option';
  constructor(
    public street: string,
    public city: string,
  ) {
    constructed++;
  }
  line(): string {
    return `${this.street}, ${this.city}`;
  }
}

class User {
  friend?: User;
  constructor(
    public id: number,
    public password: string,
    public addresses: Address[],
  ) {
    constructed++;
  }
  set role(_: string) {
    throw new Error('no setter is called');
  }
  toJSON(): unknown {
    return { id: this.id };
  }
}

function roundTrip(codec: ClassCodec, value: unknown): unknown {
  return codec.decode(codec.encode(value, CONTEXT), CONTEXT);
}

describeCodecContract('ClassCodec', {
  make: () => new ClassCodec(new MsgpackCodec(), User, { nested: { addresses: Address } }),
  keepsClasses: true,
  carries: [
    { what: 'an instance', make: () => new User(1, 'p', [new Address('Main st', 'Portland')]) },
    { what: 'instances in an array', make: () => [new User(1, 'p', []), new User(2, 'q', [])] },
    { what: 'null', make: () => null },
    { what: 'null among instances', make: () => [null, new User(1, 'p', [])] },
    { what: 'something that is no object', make: () => 'text' },
    { what: 'a map, which is no plain object', make: () => new Map([['user', 1]]) },
    { what: 'a date', make: () => new Date(5) },
    ...PLAIN.filter(({ what }) => /string|fraction|true|integers/.test(what)),
  ],
  refuses: UNSTORABLE,
  tells: { trailing: true, truncated: true },
});

describe('ClassCodec', () => {
  const codec = new ClassCodec(new MsgpackCodec(), User, { nested: { addresses: Address } });

  it('gives back instances, nested ones too, without running a constructor', () => {
    const user = new User(1, 'p', [new Address('Main st', 'Portland')]);
    const before = constructed;
    const copy = roundTrip(codec, user) as User;
    expect(constructed).toBe(before);
    expect(copy).toBeInstanceOf(User);
    expect(copy.addresses[0]?.line()).toBe('Main st, Portland');
  });

  it('strips nothing: what toJSON would leave out is there after a hit', () => {
    expect((roundTrip(codec, new User(1, 'kept', [])) as User).password).toBe('kept');
  });

  it('calls no setter of the class', () => {
    const copy = roundTrip(codec, { id: 1, role: 'admin' }) as object;
    expect(copy).toBeInstanceOf(User);
    expect(Object.getOwnPropertyDescriptor(copy, 'role')?.value).toBe('admin');
  });

  it('makes an instance once where one object stands in several places, in a cycle too', () => {
    const friends = new ClassCodec(new MsgpackCodec(), User, { nested: { friend: User } });
    const a = new User(1, 'a', []);
    const b = new User(2, 'b', []);
    a.friend = b;
    b.friend = a;
    const [copy, again] = roundTrip(friends, [a, a]) as [User, User];
    expect(again).toBe(copy);
    expect(copy.friend).toBeInstanceOf(User);
    expect(copy.friend?.friend).toBe(copy);
  });

  it('follows a description that contains itself as deep as the value goes', () => {
    class Category {
      children: Category[] = [];
    }
    const tree = { type: Category, nested: {} as Record<string, unknown> };
    tree.nested['children'] = tree;
    const root = new Category();
    let last = root;
    for (let i = 0; i < 400; i++) {
      const child = new Category();
      last.children.push(child);
      last = child;
    }
    let node = roundTrip(new ClassCodec(new MsgpackCodec(), Category, tree as never), root) as Category | undefined;
    let seen = 0;
    for (; node !== undefined; [node] = node.children) {
      expect(node).toBeInstanceOf(Category);
      seen++;
    }
    expect(seen).toBe(401);
  });

  it('revives what hostile bytes hold under __proto__ as data', () => {
    const bytes = Buffer.from('{"__proto__":{"admin":true},"id":1}');
    const copy = new ClassCodec(new JsonCodec(), User).decode(bytes, CONTEXT) as object;
    expect(Object.getPrototypeOf(copy)).toBe(User.prototype);
    expect('admin' in copy).toBe(false);
  });

  it('leaves alone what a class has on its prototype under the name of a nested property', () => {
    class Post {
      title = '';
    }
    const shared = { color: 'red' };
    Object.assign(Post.prototype, { address: shared });
    const copy = roundTrip(new ClassCodec(new MsgpackCodec(), Post, { nested: { address: Address } }), {});
    expect(copy).toBeInstanceOf(Post);
    expect(shared).not.toBeInstanceOf(Address);
  });

  it('takes abstract classes and classes with a private constructor', () => {
    abstract class Shape {
      abstract area(): number;
    }
    class Single {
      static make(): Single {
        return new Single();
      }
      private constructor() {}
    }
    expect(roundTrip(new ClassCodec(new MsgpackCodec(), Shape), {})).toBeInstanceOf(Shape);
    expect(roundTrip(new ClassCodec(new MsgpackCodec(), Single), Single.make())).toBeInstanceOf(Single);
  });

  it.each([[undefined], [{}], [new Address('a', 'b')], [() => 1]])('refuses what is no class: %#', (type) => {
    expect(() => new ClassCodec(new MsgpackCodec(), type as never)).toThrow(CasConfigError);
    expect(() => new ClassCodec(new MsgpackCodec(), User, { nested: { of: { type } as never } })).toThrow(
      /nested\.of is not a class/,
    );
  });
});
