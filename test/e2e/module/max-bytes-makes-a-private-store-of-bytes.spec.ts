import { describe, expect, it } from '@jest/globals';
import {
  CAS_PROVIDER,
  CasCacheModule,
  CasCacheRegistry,
  CasConfigError,
  LocalGenerationStore,
  MemoryProvider,
} from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasCacheNamespaceOptions, GenerationStore } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile } = applications();

const redis = { host: '127.0.0.1', port: 1 };
const bounded: CasCacheNamespaceOptions = { namespace: 'user', maxBytes: 2_000 };

async function keptOf(count: number, root: CasCacheModuleOptions, feature = bounded): Promise<number> {
  const app = await compile({ imports: [CasCacheModule.forRoot(root), CasCacheModule.forFeature(feature)] });
  const cache = app.get(CasCacheRegistry).get('user');
  const keys = Array.from({ length: count }, (_, i) => `k${i}`);
  for (const key of keys) await cache.getOrLoad(key, () => 'x'.repeat(100));
  return (await cache.getBulk(keys)).values.size;
}

describe('a namespace with maxBytes', () => {
  it('holds no more than that, and what it holds is served', async () => {
    const kept = await keptOf(50, {});
    expect(kept).toBeGreaterThan(5);
    expect(kept).toBeLessThan(20);
  });

  it('holds it in near topology too', async () => {
    const genStore = Object.assign(new LocalGenerationStore(), { reach: 'shared' }) as GenerationStore;
    expect(await keptOf(50, { topology: 'near', genStore })).toBeLessThan(20);
  });

  it('leaves the store of the other namespaces alone', async () => {
    const features = [CasCacheModule.forFeature(bounded), CasCacheModule.forFeature('order')];
    const app = await compile({ imports: [CasCacheModule.forRoot(), ...features] });
    const registry = app.get(CasCacheRegistry);
    await registry.get('user').getOrLoad('1', () => 1);
    await registry.get('order').getOrLoad('1', () => 1);
    const shared = app.get<MemoryProvider>(CAS_PROVIDER);
    expect(shared.get('single:user:1')).toBeUndefined();
    expect(shared.get('single:order:1')).toBeDefined();
  });

  it('uses a provider that a testing module put in the place of the token', async () => {
    const provider = new MemoryProvider();
    const app = await compile({ imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature(bounded)] }, (builder) =>
      builder.overrideProvider(CAS_PROVIDER).useValue(provider),
    );
    await app
      .get(CasCacheRegistry)
      .get('user')
      .getOrLoad('1', () => 1);
    expect(provider.get('single:user:1')).toBeDefined();
  });

  it.each<[string, CasCacheModuleOptions, CasCacheNamespaceOptions, string]>([
    ['topology redis', { redis, logger: false }, bounded, "topology 'redis' holds nothing in process"],
    ['topology tiered', { redis, topology: 'tiered' }, bounded, 'bound them with maxEntries'],
    ['a provider of the module', { provider: new MemoryProvider() }, bounded, 'a provider was given: bound that one'],
    ['a provider of its own', {}, { ...bounded, provider: new MemoryProvider() }, 'a provider was given'],
    [
      'topology redis, by default',
      { redis, defaults: { maxBytes: 1 } },
      { namespace: 'user' },
      'holds nothing in process',
    ],
  ])('is an error at start-up with %s', async (_, root, feature, message) => {
    const imports = [CasCacheModule.forRoot(root), CasCacheModule.forFeature(feature)];
    const error = await errorOf(() => compile({ imports }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('maxBytes of namespace "user"');
    expect(error.message).toContain(message);
  });
});

describe('a namespace with parts of its own', () => {
  it('with a shared provider over local generations is an error at start-up', async () => {
    const provider = Object.assign(new MemoryProvider({ holds: 'bytes' }), { reach: 'shared' as const });
    const feature = CasCacheModule.forFeature({ namespace: 'user', provider: provider as never });
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), feature] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('The provider of namespace "user" is shared between processes');
  });

  it('uses them, and its hooks besides those of the module', async () => {
    const provider = new MemoryProvider();
    const events: string[] = [];
    const hook = (name: string) => ({ events: ['fill' as const], onEvent: () => events.push(name) });
    const app = await compile({
      imports: [
        CasCacheModule.forRoot({ hooks: hook('module') }),
        CasCacheModule.forFeature({ namespace: 'user', provider, hooks: [hook('namespace')] }),
        CasCacheModule.forFeature('order'),
      ],
    });
    const registry = app.get(CasCacheRegistry);
    await registry.get('user').getOrLoad('1', () => 1);
    await registry.get('order').getOrLoad('1', () => 1);
    expect(provider.get('single:user:1')).toBeDefined();
    expect(provider.get('single:order:1')).toBeUndefined();
    expect(events).toEqual(['module', 'namespace', 'module']);
  });
});
