import * as fc from 'fast-check';

import type { CasCodec } from '../../../lib/contracts/codec.js';
import type { TagClock, TagStore, TagStores } from '../../../lib/contracts/tag-store.js';
import type { CasHooks } from '../../../lib/contracts/hooks.js';
import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { CborCodec } from '../../../lib/codecs/cbor.codec.js';
import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import { MsgpackCodec } from '../../../lib/codecs/msgpack.codec.js';
import { LocalGenerationStore } from '../../../lib/generations/local-generation-store.js';
import { bulkKey, singleKey } from '../../../lib/keys/storage-keys.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { CallLog } from './call-log.js';
import { RecordedEvents } from './recorded-events.js';
import { putInOneServer } from './scripted-atomic-store.js';
import { ScriptedGenerations } from './scripted-generations.js';
import { ScriptedProvider } from './scripted-provider.js';

/** A cache over bytes that somebody else may have written. */
export interface Exposed {
  readonly cache: CasCacheService;
  readonly events: RecordedEvents;
  readonly codec: CasCodec;
  /** What the clock of the tags reads. */
  clock(): Promise<TagClock>;
  /** Writes bytes under the key's single entry, behind the cache's back. */
  plant(key: string, bytes: Uint8Array): void;
  /** Writes bytes under the bulk entry of the keys. */
  plantBulk(keys: readonly string[], bytes: Uint8Array): void;
  has(key: string): boolean;
  hasBulk(keys: readonly string[]): boolean;
}

export interface ExposedCase {
  readonly name: string;
  /** @param tags whether the namespace has tags */
  readonly make: (tags?: boolean) => Exposed;
}

const CODECS: readonly { readonly name: string; readonly make: () => CasCodec }[] = [
  { name: 'msgpack', make: () => new MsgpackCodec() },
  { name: 'json', make: () => new JsonCodec() },
  { name: 'cbor', make: () => new CborCodec() },
];

const optionsOf = (tags: boolean) => resolveNamespaceOptions({ namespace: 'user', tags });

const tagsOf = ({ tags }: { readonly tags: TagStores }): TagStore => tags.of('user');

function inProcess(codec: CasCodec, tags: boolean): Exposed {
  const events = new RecordedEvents();
  const provider = new MemoryProvider<Uint8Array>({ holds: 'bytes', maxBytes: 64_000_000 });
  const generations = new LocalGenerationStore();
  const plant = (key: string, bytes: Uint8Array): unknown => provider.set(key, bytes, { ttlMs: 60_000 });
  return {
    cache: new CasCacheService(optionsOf(tags), { provider, generations, codec, hooks: [events] }),
    events,
    codec,
    clock: async () => tagsOf(generations).snapshot(),
    plant: (key, bytes) => void plant(singleKey('user', key), bytes),
    plantBulk: (keys, bytes) => void plant(bulkKey('user', keys), bytes),
    has: (key) => provider.get(singleKey('user', key)) !== undefined,
    hasBulk: (keys) => provider.get(bulkKey('user', keys)) !== undefined,
  };
}

function onServer(codec: CasCodec, tags: boolean, tiered: boolean): Exposed {
  const log = new CallLog();
  const events = new RecordedEvents();
  const provider = new ScriptedProvider<Uint8Array>('bytes', 'shared', log);
  const generations = new ScriptedGenerations('shared', log);
  putInOneServer(provider, generations, log);
  const near = tiered ? new MemoryProvider() : undefined;
  const hooks: CasHooks[] = [events];
  const plant = (key: string, entry: Uint8Array): unknown =>
    provider.held.set(key, { entry, ttlMs: 60_000, cost: undefined });
  return {
    cache: new CasCacheService(optionsOf(tags), { provider, generations, codec, hooks, near }),
    events,
    codec,
    clock: async () => tagsOf(generations).snapshot(),
    plant: (key, bytes) => {
      near?.delete(singleKey('user', key));
      plant(singleKey('user', key), bytes);
    },
    plantBulk: (keys, bytes) => void plant(bulkKey('user', keys), bytes),
    has: (key) => provider.held.has(singleKey('user', key)),
    hasBulk: (keys) => provider.held.has(bulkKey('user', keys)),
  };
}

/** Every codec over every place that bytes are read from. */
export const EXPOSED: readonly ExposedCase[] = CODECS.flatMap(({ name, make }) => [
  { name: `${name}, in process`, make: (tags = false) => inProcess(make(), tags) },
  { name: `${name}, on a server`, make: (tags = false) => onServer(make(), tags, false) },
  { name: `${name}, on a server behind near`, make: (tags = false) => onServer(make(), tags, true) },
]);

/** Those that have bulk frames. */
export const EXPOSED_BULKS = EXPOSED.filter(({ name }) => !name.endsWith('near'));

const BUILT_INS = [Object.prototype, Array.prototype, Function.prototype, Map.prototype];
const CLEAN = BUILT_INS.map((prototype) => Reflect.ownKeys(prototype).map(String).join());

/** Throws when a built-in prototype gained or lost a property. */
export function assertUnpolluted(): void {
  BUILT_INS.forEach((prototype, i) => {
    const now = Reflect.ownKeys(prototype).map(String).join();
    if (now !== CLEAN[i]) throw new Error(`A prototype was changed: ${now}`);
  });
}

/** Bytes of any kind, often such as codecs and frames begin with. */
export const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc
    .tuple(
      fc.constantFrom(
        'CASC',
        'CASC\u0001\u0001',
        'CASC\u0001\u0002',
        'CASC\u0001\u0003',
        'CASC\u0001\u0004',
        '{"__proto__":',
        '[[[[',
      ),
      fc.uint8Array({ maxLength: 40 }),
    )
    .map(([head, tail]) => Buffer.concat([Buffer.from(head, 'latin1'), tail])),
);

/** Payloads of any kind, often such as the codecs' own are made of. */
export const anyPayload = fc.oneof(
  anyBytes,
  fc
    .array(
      fc.constantFrom(0x81, 0x91, 0xa9, 0xc7, 0xc9, 0xd4, 0xd6, 0xd7, 0xdc, 0xdd, 0xde, 0xdf, 0xff, 0x00, 0x9b, 0xbb),
      {
        maxLength: 40,
      },
    )
    .map((bytes) => Uint8Array.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  // Whole messages of one byte: null, booleans, small numbers, what is empty.
  fc.constantFrom(0x80, 0x90, 0xa0, 0xc0, 0xc3, 0xf5, 0xf6, 0x31).map((byte) => Uint8Array.of(byte)),
);
