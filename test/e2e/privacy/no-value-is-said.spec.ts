import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { StructSchema } from '@bufbuild/protobuf/wkt';
import { Redis } from 'ioredis';
import {
  CasCacheModule,
  CasCacheRegistry,
  ClassCodec,
  CompressedCodec,
  EncryptedCodec,
  JsonCodec,
  LimitedCodec,
  MsgpackCodec,
  StringCodec,
} from 'nestjs-cascache';
import type { CasCacheNamespaceOptions, CasCacheService, CasCodec } from 'nestjs-cascache';
import { CborCodec } from 'nestjs-cascache/codecs/cbor';
import { ProtobufCodec } from 'nestjs-cascache/codecs/protobuf';

import { applications } from '../../support/nest/applications.js';
import { EverythingSaid } from '../../support/nest/everything-said.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';

const KEY = 'planted-key-8b3d';
const VALUE = 'planted-value-6a7e';

const { compile } = applications();
let redis: RedisServer;
let said: EverythingSaid;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.stop('SIGKILL'));

beforeEach(() => {
  said = new EverythingSaid();
  process.on('warning', said.onWarning);
});

afterEach(() => {
  process.off('warning', said.onWarning);
});

type Namespace = Omit<CasCacheNamespaceOptions, 'namespace'>;

async function cacheOn(url: string | undefined, options: Namespace): Promise<CasCacheService> {
  const app = await compile(
    {
      imports: [
        CasCacheModule.forRoot(url === undefined ? { hooks: said } : { redis: url, hooks: said }),
        CasCacheModule.forFeature({ namespace: 'n', timeout: '5s', ...options }),
      ],
    },
    (builder) => builder.setLogger(said),
  );
  await app.init();
  return app.get(CasCacheRegistry).get('n');
}

const nothingIsSaid = (): void => expect(said.leaked([VALUE], [KEY])).toEqual([]);

class Account {
  readonly #iban = VALUE;
  constructor(readonly owner: string) {}
  get iban(): string {
    return this.#iban;
  }
}

/** What cannot be cached, or not by all codecs, with the planted text in every place. */
const REFUSED: readonly [string, () => unknown][] = [
  ['a function', () => Object.defineProperty(() => VALUE, 'name', { value: VALUE })],
  ['a function inside', () => ({ [VALUE]: { run: () => VALUE, text: VALUE } })],
  ['a symbol', () => Symbol(VALUE)],
  ['a symbol inside', () => ({ text: VALUE, is: Symbol(VALUE) })],
  ['a bigint', () => ({ [VALUE]: 7n, text: VALUE })],
  ['a circle', circle],
  ['a promise', () => ({ [VALUE]: Promise.resolve(VALUE) })],
  ['private state', () => new Account(VALUE)],
  ['an accessor that throws', () => Object.defineProperty({}, VALUE, { enumerable: true, get: throwing })],
  ['a toJSON that throws', () => ({ text: VALUE, toJSON: throwing })],
  ['an error', () => Object.assign(new Error(VALUE), { [VALUE]: VALUE })],
  ['a URL', () => new URL(`https://${VALUE}.example/${VALUE}`)],
  ['a lone surrogate', () => ({ text: `${VALUE}\ud800`, [`${VALUE}\ud800`]: 1 })],
  ['undefined in an array', () => [VALUE, undefined, NaN, new Date(NaN)]],
  [
    'an instance of a class',
    () =>
      new (class Planted {
        text = VALUE;
        when = new Date(NaN);
      })(),
  ],
  ['a Map of everything', () => new Map<unknown, unknown>([[VALUE, new Set([VALUE, new RegExp(VALUE)])]])],
  ['a text', () => VALUE],
  ['nothing at all', () => undefined],
];

function circle(): object {
  const one: Record<string, unknown> = { [VALUE]: VALUE };
  one[`${VALUE}-again`] = one;
  return one;
}

function throwing(): never {
  throw new TypeError(`cannot read ${VALUE}`);
}

class Row {
  constructor(public text = VALUE) {}
}

const KEYS = { current: 'a', keys: { a: Buffer.alloc(32, 1).toString('base64') } };
const CODECS: Readonly<Record<string, () => CasCodec>> = {
  json: () => new JsonCodec(),
  msgpack: () => new MsgpackCodec(),
  cbor: () => new CborCodec(),
  string: () => new StringCodec() as CasCodec,
  class: () => new ClassCodec(new JsonCodec(), Row) as CasCodec,
  compressed: () => new CompressedCodec(new JsonCodec(), { threshold: 1 }) as CasCodec,
  encrypted: () => new EncryptedCodec(new JsonCodec(), KEYS),
  limited: () => new LimitedCodec(new JsonCodec(), { maxBytes: 10 }),
  protobuf: () => new ProtobufCodec(StructSchema, { toBinary, fromBinary }) as CasCodec,
};

async function fillWith(cache: CasCacheService, make: () => unknown, key: string): Promise<void> {
  await said.hear(() => cache.getOrLoad(key, make));
  await said.hear(async () => cache.setWithGen(key, make(), await cache.snapshotGen(key)));
  await said.hear(async () => cache.setBulkWithGens([[key, make()]], await cache.snapshotGens([key])));
  await said.hear(() => cache.getOrLoadMany([key], () => new Map([[key, make()]])));
  await said.hear(() => cache.get(key));
}

describe('no value, and no key for people, is said', () => {
  it.each(REFUSED)('of a value in process that may be refused: %s', async (_, make) => {
    const [copied, frozen] = [await cacheOn(undefined, {}), await cacheOn(undefined, { isolation: 'frozen' })];
    for (const cache of [copied, frozen]) await fillWith(cache, make, KEY);
    nothingIsSaid();
  });

  it.each(Object.keys(CODECS))(
    'of values that a codec may refuse, and of bytes that it cannot read: %s',
    async (name) => {
      const cache = await cacheOn(redis.url, { codec: CODECS[name]?.() });
      for (const [at, [, make]] of REFUSED.entries()) await fillWith(cache, make, `${KEY}-${at}`);
      const writers = Object.entries(CODECS).filter(([other]) => other !== name && other !== 'limited');
      const value = { text: VALUE };
      for (const [other, codec] of writers) {
        const writer = await cacheOn(redis.url, { codec: codec() });
        const written =
          other === 'string'
            ? VALUE
            : other === 'protobuf'
              ? create(StructSchema, {
                  fields: { [VALUE]: { kind: { case: 'stringValue', value: VALUE } } },
                })
              : value;
        const key = `${KEY}-of-${other}`;
        await writer.getOrLoad(key, () => written);
        await writer.getOrLoadMany([key, `${key}-2`], (missing) => new Map(missing.map((each) => [each, written])));
        await said.hear(() => cache.get(key));
        await said.hear(() => cache.getBulk([key, `${key}-2`]));
      }
      expect(said.types).toContain('fault');
      nothingIsSaid();
      await cache.clear();
    },
  );

  it('of frames that are damaged, and of cells that are', async () => {
    const cache = await cacheOn(redis.url, {});
    const outside = new Redis(redis.url);
    await cache.getOrLoad(KEY, () => ({ text: VALUE }));
    for (const damaged of [VALUE, Buffer.from(`\x00${VALUE}`)]) {
      for (const name of await outside.keys('*')) {
        if (name.includes(KEY)) await outside.set(name, damaged, 'KEEPTTL');
      }
      await said.hear(() => cache.get(KEY));
      await said.hear(() => cache.getBulk([KEY]));
      await said.hear(() => cache.invalidate(KEY));
    }
    await outside.quit();
    nothingIsSaid();
  });

  it('while the server is full, stands still, and is gone', async () => {
    const failing = await startRedis({ args: ['--maxmemory', '1', '--maxmemory-policy', 'noeviction'] });
    const cache = await cacheOn(failing.url, { timeout: '200ms', stampede: 'replicas' });
    const work = async (): Promise<void> => {
      await fillWith(cache, () => ({ text: VALUE }), KEY);
      await said.hear(() => cache.withWriteIntent(KEY, () => VALUE));
      await said.hear(() => cache.invalidate([KEY, `${KEY}-2`]));
      await said.hear(() => cache.erase(KEY));
      await said.hear(() => cache.clear());
    };
    await work();
    process.kill(failing.pid as number, 'SIGSTOP');
    await work();
    await failing.stop('SIGKILL');
    await work();
    await said.hear(() => cache.close());
    expect(said.errors.length).toBeGreaterThan(0);
    nothingIsSaid();
  });
});
