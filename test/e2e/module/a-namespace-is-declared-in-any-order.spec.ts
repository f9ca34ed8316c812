import { describe, expect, it } from '@jest/globals';
import type { DynamicModule } from '@nestjs/common';
import {
  CasCacheModule,
  CasCacheRegistry,
  CasConfigError,
  CasKeyError,
  CasTtlError,
  JsonCodec,
  getCasCacheToken,
} from 'nestjs-cascache';
import type { CasCacheNamespaceOptions } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';

const { compile } = applications();

const moduleWith = (feature: DynamicModule): DynamicModule => moduleOf({ imports: [feature] });

const disabled: CasCacheNamespaceOptions = { namespace: 'user', enabled: false };

describe('a reference and a definition of one namespace', () => {
  it.each([
    ['the reference first', [() => CasCacheModule.forFeature('user'), () => CasCacheModule.forFeature(disabled)]],
    ['the definition first', [() => CasCacheModule.forFeature(disabled), () => CasCacheModule.forFeature('user')]],
  ])('give one cache, with the options of the definition: %s', async (_, features) => {
    const app = await compile({
      imports: [...features.map((feature) => moduleWith(feature())), CasCacheModule.forRoot()],
    });
    expect(app.get(CasCacheRegistry).names()).toEqual(['user']);
    expect(app.get(CasCacheRegistry).get('user').enabled).toBe(false);
    const caches = app.get(getCasCacheToken('user'), { strict: false, each: true }) as unknown[];
    expect(caches).toHaveLength(2);
    expect(caches[0]).toBe(caches[1]);
  });
});

describe('a reference without any definition', () => {
  it('is a namespace with the defaults', async () => {
    const app = await compile({
      imports: [CasCacheModule.forRoot({ defaults: { enabled: false } }), CasCacheModule.forFeature('user')],
    });
    expect(app.get(CasCacheRegistry).get('user').enabled).toBe(false);
  });
});

describe('two definitions of one namespace', () => {
  const codec = new JsonCodec();
  const hook = { onEvent: () => undefined };

  it.each<[string, CasCacheNamespaceOptions, CasCacheNamespaceOptions]>([
    ['alike', { namespace: 'user', ttl: '5m' }, { namespace: 'user', ttl: '5m' }],
    ['alike in other words', { namespace: 'user', ttl: '5m' }, { namespace: 'user', ttl: 300_000 }],
    ['alike by a default', { namespace: 'user', maxEntries: 500 }, { namespace: 'user' }],
    ['alike with undefined', { namespace: 'user', ttl: undefined }, { namespace: 'user' }],
    ['alike in their parts', { namespace: 'user', codec, hooks: hook }, { namespace: 'user', codec, hooks: [hook] }],
  ])('that are %s are fine', async (_, one, other) => {
    const app = await compile({
      imports: [
        CasCacheModule.forRoot({ defaults: { maxEntries: 500 } }),
        moduleWith(CasCacheModule.forFeature(one)),
        moduleWith(CasCacheModule.forFeature(other)),
      ],
    });
    expect(app.get(CasCacheRegistry).names()).toEqual(['user']);
  });

  it.each<[string, CasCacheNamespaceOptions, CasCacheNamespaceOptions]>([
    ['ttl', { namespace: 'user', ttl: '5m' }, { namespace: 'user', ttl: '6m' }],
    ['enabled', { namespace: 'user', enabled: false }, { namespace: 'user' }],
    ['codec', { namespace: 'user', codec }, { namespace: 'user', codec: new JsonCodec() }],
    ['codec', { namespace: 'user', codec }, { namespace: 'user' }],
    ['hooks', { namespace: 'user', hooks: hook }, { namespace: 'user', hooks: [hook, hook] }],
    ['computeSetCost', { namespace: 'user', computeSetCost: () => 1 }, { namespace: 'user', computeSetCost: () => 1 }],
  ])('that differ in %s are an error at start-up', async (option, one, other) => {
    const error = await errorOf(() =>
      compile({
        imports: [
          CasCacheModule.forRoot(),
          moduleWith(CasCacheModule.forFeature(one)),
          moduleWith(CasCacheModule.forFeature(other)),
        ],
      }),
    );
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain(`The namespace "user" is defined twice, and the definitions differ in ${option}`);
    expect(error.message).toContain("forFeature('user')");
  });
});

describe('forFeature refuses', () => {
  it.each(['', 'a:b', 'user cache', 'x'.repeat(65)])('%j as a namespace', (namespace) => {
    expect(() => CasCacheModule.forFeature(namespace)).toThrow(CasKeyError);
    expect(() => CasCacheModule.forFeature({ namespace })).toThrow(CasKeyError);
    expect(() => CasCacheModule.forFeatureAsync({ namespace, useFactory: () => ({}) })).toThrow(CasKeyError);
  });

  it('what is neither a name nor options', () => {
    expect(() => CasCacheModule.forFeature(undefined as unknown as string)).toThrow(CasConfigError);
  });

  it('options out of range, at start-up', async () => {
    const imports = [CasCacheModule.forRoot(), CasCacheModule.forFeature({ namespace: 'user', ttl: 0 })];
    expect(await errorOf(() => compile({ imports }))).toBeInstanceOf(CasTtlError);
  });

  it('a part that is none, at start-up', async () => {
    const feature = { namespace: 'user', codec: JsonCodec } as unknown as CasCacheNamespaceOptions;
    const imports = [CasCacheModule.forRoot(), CasCacheModule.forFeature(feature)];
    const error = await errorOf(() => compile({ imports }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('codec of namespace "user" cannot be used: this is a class or function');
  });
});
