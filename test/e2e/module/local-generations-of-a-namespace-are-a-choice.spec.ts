import { describe, expect, it } from '@jest/globals';
import {
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
/** Shared, as far as the checks can see. */
const sharedGenerations = (): GenerationStore =>
  Object.assign(new LocalGenerationStore(), { reach: 'shared' }) as GenerationStore;

const application = (root: CasCacheModuleOptions, parts: Partial<CasCacheNamespaceOptions>) =>
  compile({
    imports: [
      CasCacheModule.forRoot({ logger: false, ...root }),
      CasCacheModule.forFeature({ namespace: 'user', genStore: new LocalGenerationStore(), ...parts }),
    ],
  });

async function works(...given: Parameters<typeof application>): Promise<boolean> {
  const cache = (await application(...given)).get(CasCacheRegistry).get('user');
  await cache.getOrLoad('1', () => 'old');
  await cache.invalidate('1');
  return (await cache.getOrLoad('1', () => 'new')) === 'new' && (await cache.getOrLoad('1', () => 'newer')) === 'new';
}

describe('generations of this process, for one namespace of several processes, are an error at start-up', () => {
  it.each<[string, CasCacheModuleOptions, Partial<CasCacheNamespaceOptions>]>([
    ['near', { topology: 'near', redis }, {}],
    ['redis', { redis }, {}],
    ['tiered', { topology: 'tiered', redis }, {}],
    ['near, with a private store by maxBytes', { topology: 'near', redis }, { maxBytes: 1_000 }],
    [
      'near, with a provider in process for all namespaces',
      { topology: 'near', redis, provider: new MemoryProvider() },
      {},
    ],
    ['memory, over shared generations of the module', { genStore: sharedGenerations() }, {}],
  ])('under %s', async (_, root, parts) => {
    const error = await errorOf(() => application(root, parts));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error).toMatchObject({ namespace: 'user' });
    expect(error.message).toContain('genStore of namespace "user" is seen by this process only');
    expect(error.message).toContain('Leave it out, or give the namespace a provider of this process too');
  });
});

describe('generations of this process, for one namespace, work', () => {
  it('where everything is of this process', async () => {
    expect(await works({}, {})).toBe(true);
  });

  it('with a provider of its own of this process: then the namespace is local by choice', async () => {
    const root = { topology: 'near', genStore: sharedGenerations() } as const;
    expect(await works(root, { provider: new MemoryProvider() })).toBe(true);
  });
});
