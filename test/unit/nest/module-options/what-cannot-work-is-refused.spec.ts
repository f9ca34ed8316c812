import { describe, expect, it } from '@jest/globals';
import { CasConfigError, CasTtlError, LocalGenerationStore, MemoryProvider, MsgpackCodec } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasProvider, GenerationStore } from 'nestjs-cascache';
import { resolveModuleOptions } from '../../../../lib/nest/resolve-module-options.js';

const redis = { host: '127.0.0.1' };
const local = new LocalGenerationStore();
const values = new MemoryProvider();
/** Shared, as far as the checks can see. */
const sharedBytes = Object.assign(new MemoryProvider({ holds: 'bytes' }), { reach: 'shared' }) as CasProvider;
const sharedGenerations = Object.assign(new LocalGenerationStore(), { reach: 'shared' }) as GenerationStore;

/** What plain JavaScript can pass. */
const untyped = (options: object): CasCacheModuleOptions => options as CasCacheModuleOptions;

describe('forRoot refuses', () => {
  it.each<[string, CasCacheModuleOptions, string]>([
    [
      'an unknown topology',
      untyped({ topology: 'cluster' }),
      "topology of forRoot: give 'memory', 'near', 'redis' or 'tiered', not 'cluster'",
    ],
    ['near without Redis', { topology: 'near' }, "The topology 'near' needs Redis"],
    ['redis without Redis', { topology: 'redis' }, 'bring your own genStore and provider'],
    ['tiered without Redis', { topology: 'tiered' }, "The topology 'tiered' needs Redis"],
    ['redis with generations only', { topology: 'redis', genStore: sharedGenerations }, 'bring your own provider'],
    ['near with local generations', { topology: 'near', redis, genStore: local }, 'this genStore is seen by one only'],
    ['redis with local generations', { redis, genStore: local }, 'this genStore is seen by one only'],
    ['tiered with local generations', { topology: 'tiered', redis, genStore: local }, 'seen by one only'],
    ['a shared provider with the local generations of memory', { provider: sharedBytes }, 'local to this one'],
    ['a shared provider with local generations', { provider: sharedBytes, genStore: local }, 'local to this one'],
    ['redis with values in process', { redis, provider: values }, "use topology 'near'"],
    ['tiered over values', { topology: 'tiered', redis, provider: values }, "use topology 'near'"],
    ['a number in place of Redis', untyped({ redis: 6379 }), 'not a number'],
    ['keyPrefix without Redis', { keyPrefix: 'app:' }, 'there is no `redis`'],
    ['an empty keyPrefix', { redis, keyPrefix: '' }, 'at least one character'],
    ['half a replica', { redis, waitReplicas: 0.5 }, '0 for none, not 0.5'],
    ['fewer than no replicas', { redis, waitReplicas: -1 }, '0 for none, not -1'],
    ['a text for waitReplicas', untyped({ redis, waitReplicas: '1' }), "0 for none, not '1'"],
    ['waitReplicas without Redis', { waitReplicas: 1 }, 'waitReplicas of forRoot is about Redis'],
    ['an onFailover that does not exist', untyped({ redis, onFailover: 'keep' }), "give 'drop' or 'trust', not 'keep'"],
    ['onFailover without Redis', { onFailover: 'drop' }, 'onFailover of forRoot is about Redis'],
    ['a class in place of a provider', untyped({ provider: MemoryProvider }), 'give an instance'],
    [
      'a codec that is none',
      untyped({ codec: { encode: () => 0 } }),
      'codec of forRoot cannot be used: it has no decode',
    ],
    ['a generation store that is none', untyped({ genStore: {} }), 'genStore of forRoot cannot be used'],
    ['a hook that is none', untyped({ hooks: [{}] }), 'hooks of forRoot cannot be used: it has no onEvent'],
    ['a text for logger', untyped({ logger: 'false' }), 'logger of forRoot: give true or false'],
    ['a namespace among the defaults', untyped({ defaults: { namespace: 'user' } }), 'name a namespace in forFeature'],
    [
      'an isolation that does not exist',
      untyped({ defaults: { isolation: 'deep' } }),
      'isolation of namespace "defaults"',
    ],
    ['no entries at all', { defaults: { maxEntries: 0 } }, 'maxEntries of namespace "defaults"'],
    ['maxBytes below 1', { defaults: { maxBytes: 0 } }, 'maxBytes of namespace "defaults"'],
  ])('%s', (_, options, message) => {
    expect(() => resolveModuleOptions(options)).toThrow(CasConfigError);
    expect(() => resolveModuleOptions(options)).toThrow(message);
  });

  it('a default ttl of 0', () => {
    expect(() => resolveModuleOptions({ defaults: { ttl: 0 } })).toThrow(CasTtlError);
  });
});

describe('forRoot accepts', () => {
  it.each<[string, CasCacheModuleOptions, string]>([
    ['nothing', {}, 'memory'],
    ['redis alone', { redis }, 'redis'],
    ['a URL', { redis: 'redis://127.0.0.1' }, 'redis'],
    ['memory beside redis', { topology: 'memory', redis }, 'memory'],
    ['near with shared generations in place of Redis', { topology: 'near', genStore: sharedGenerations }, 'near'],
    [
      'redis with shared parts in place of Redis',
      { topology: 'redis', provider: sharedBytes, genStore: sharedGenerations },
      'redis',
    ],
    [
      'tiered with shared parts in place of Redis',
      { topology: 'tiered', provider: sharedBytes, genStore: sharedGenerations },
      'tiered',
    ],
    ['a shared provider with shared generations', { provider: sharedBytes, genStore: sharedGenerations }, 'memory'],
    ['parts among the defaults', { defaults: { provider: values, codec: new MsgpackCodec() } }, 'memory'],
  ])('%s', (_, options, topology) => {
    expect(resolveModuleOptions(options).topology).toBe(topology);
  });

  it("a part of its own before the defaults' part", () => {
    const codec = new MsgpackCodec();
    const resolved = resolveModuleOptions({ codec, defaults: { codec: new MsgpackCodec() } });
    expect(resolved.codec).toBe(codec);
  });
});
