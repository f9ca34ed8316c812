import { expect, it } from '@jest/globals';
import { CAS_CODEC, CasCacheModule, MemoryProvider, MsgpackCodec, getCasCacheToken } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasCacheNamespaceOptions, CasCacheService, SetOptions } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile } = applications();

const ALL_UNDEFINED: CasCacheModuleOptions = {
  isGlobal: undefined,
  topology: undefined,
  codec: undefined,
  genStore: undefined,
  hooks: undefined,
  logger: undefined,
  keyPrefix: undefined,
};

const namespaceOfUndefined: CasCacheNamespaceOptions = {
  namespace: 'user',
  provider: undefined,
  codec: undefined,
  genStore: undefined,
  hooks: undefined,
  ttl: undefined,
  bulkTtl: undefined,
  isolation: undefined,
  maxEntries: undefined,
  maxBytes: undefined,
  timeout: undefined,
  enabled: undefined,
  disableBulk: undefined,
  computeSetCost: undefined,
};

class TtlSpy extends MemoryProvider {
  readonly ttls: number[] = [];

  constructor() {
    super({ holds: 'bytes' });
  }

  override set(key: string, entry: unknown, options: SetOptions): boolean {
    this.ttls.push(options.ttlMs);
    return super.set(key, entry, options);
  }
}

it.each([
  ['the default of the package', { defaults: undefined }, 600_000],
  ["the module's defaults", { defaults: { ttl: '3m', isolation: undefined } }, 180_000],
  ['the default of the package, behind undefined module defaults', { defaults: { ttl: undefined } }, 600_000],
] as const)('an option that is undefined leaves %s', async (_, { defaults }, ttlMs) => {
  const provider = new TtlSpy();
  const app = await compile({
    imports: [
      CasCacheModule.forRoot({ ...ALL_UNDEFINED, provider, defaults }),
      CasCacheModule.forFeature(namespaceOfUndefined),
    ],
  });
  expect(app.get(CAS_CODEC)).toBeInstanceOf(MsgpackCodec);

  const cache = app.get<CasCacheService<string>>(getCasCacheToken('user'));
  expect(cache.enabled).toBe(true);
  await cache.getOrLoad('1', () => 'Linus');
  expect(await cache.get('1')).toBe('Linus');
  expect(provider.ttls).toEqual([ttlMs]);
});
