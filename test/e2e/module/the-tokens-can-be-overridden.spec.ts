import { describe, expect, it } from '@jest/globals';
import {
  CAS_CODEC,
  CAS_GEN_STORE,
  CAS_HOOKS,
  CAS_PROVIDER,
  CasCacheModule,
  JsonCodec,
  LocalGenerationStore,
  MemoryProvider,
} from 'nestjs-cascache';
import type { CacheEvent } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';

const { compile } = applications();

/** A Redis that is not there: a test that asked for it would not get a hit. */
const redis = { host: '127.0.0.1', port: 1 };
const application = {
  imports: [CasCacheModule.forRoot({ redis, logger: false }), CasCacheModule.forFeature('user')],
  providers: [UserRepository],
};

describe('a testing module can override', () => {
  it('CAS_PROVIDER and CAS_GEN_STORE, by a value: namespaces are built from them, and Redis is never asked', async () => {
    const provider = new MemoryProvider();
    const app = await compile(application, (builder) =>
      builder
        .overrideProvider(CAS_PROVIDER)
        .useValue(provider)
        .overrideProvider(CAS_GEN_STORE)
        .useValue(new LocalGenerationStore()),
    );
    const users = app.get(UserRepository);

    await users.find('1');
    await users.find('1');

    expect(users.reads).toBe(1);
    expect(app.get(CAS_PROVIDER)).toBe(provider);
    expect(provider.get("single:user:UserRepository.find('1')")).toBeDefined();
  });

  it('a token by a factory: what is injected is what the namespaces use', async () => {
    const app = await compile(application, (builder) =>
      builder
        .overrideProvider(CAS_PROVIDER)
        .useFactory({ factory: () => new MemoryProvider() })
        .overrideProvider(CAS_GEN_STORE)
        .useFactory({ factory: () => new LocalGenerationStore() }),
    );
    await app.get(UserRepository).find('1');
    expect(app.get<MemoryProvider>(CAS_PROVIDER).get("single:user:UserRepository.find('1')")).toBeDefined();
  });

  it('CAS_CODEC', async () => {
    const encoded: unknown[] = [];
    class Spy extends JsonCodec {
      override encode(value: unknown): Uint8Array {
        encoded.push(value);
        return super.encode(value);
      }
    }
    const bytes = new MemoryProvider({ holds: 'bytes' });
    const app = await compile(
      {
        imports: [CasCacheModule.forRoot({ provider: bytes }), CasCacheModule.forFeature('user')],
        providers: [UserRepository],
      },
      (builder) => builder.overrideProvider(CAS_CODEC).useValue(new Spy()),
    );
    await app.get(UserRepository).find('1');
    expect(encoded).toEqual([{ id: '1', name: 'Linus' }]);
  });

  it.each([
    ['one', (hook: object) => hook],
    ['several', (hook: object) => [hook]],
  ])('CAS_HOOKS, by %s', async (_, shape) => {
    const events: CacheEvent['type'][] = [];
    const app = await compile(
      { imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')], providers: [UserRepository] },
      (builder) =>
        builder.overrideProvider(CAS_HOOKS).useValue(shape({ onEvent: ({ type }: CacheEvent) => events.push(type) })),
    );
    const users = app.get(UserRepository);
    await users.find('1');
    await users.find('1');
    expect(events).toEqual(['miss', 'fill', 'hit']);
  });
});
