import { describe, expect, it } from '@jest/globals';
import { CasCacheModule, CasConfigError } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile } = applications();

/** What plain JavaScript can pass. */
const untyped = (options: object): never => options as never;

const root = (options: object): unknown => compile({ imports: [CasCacheModule.forRoot(untyped(options))] });
const rootAnswered = (options: object): unknown =>
  compile({ imports: [CasCacheModule.forRootAsync({ useFactory: () => untyped(options) })] });
const feature = (options: object): unknown =>
  compile({ imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature(untyped(options))] });
const featureAnswered = (options: object): unknown =>
  compile({
    imports: [
      CasCacheModule.forRoot(),
      CasCacheModule.forFeatureAsync({ namespace: 'user', useFactory: () => untyped(options) }),
    ],
  });

describe('an option that does not exist is refused, with those that do', () => {
  it.each<[string, () => unknown, string]>([
    [
      'in forRoot',
      () => root({ toplogy: 'near' }),
      'forRoot has no option "toplogy": there are isGlobal, redis, topology',
    ],
    ['in what a factory of forRootAsync answers', () => rootAnswered({ toplogy: 'near' }), 'forRoot has no option'],
    ['in defaults', () => root({ defaults: { waitReplicas: 1 } }), 'defaults of forRoot has no option "waitReplicas"'],
    ['in forFeature', () => feature({ namespace: 'user', onFailover: 'flush' }), 'has no option "onFailover"'],
    ['in place of the namespace', () => feature({ namspace: 'user' }), 'has no option "namspace": there are namespace'],
    [
      'in what a factory of forFeatureAsync answers',
      () => featureAnswered({ freshness: true }),
      'forFeatureAsync of "user" has no option "freshness"',
    ],
    [
      'in forRootAsync, beside the factory',
      () => CasCacheModule.forRootAsync(untyped({ useFactory: () => ({}), ijnect: [] })),
      'forRootAsync has no option "ijnect": there are isGlobal, imports, inject',
    ],
    [
      'in forFeatureAsync, beside the factory',
      () => CasCacheModule.forFeatureAsync(untyped({ namespace: 'user', useFactory: () => ({}), inports: [] })),
      'forFeatureAsync of "user" has no option "inports": there are namespace, imports',
    ],
    ['that every object inherits', () => root({ toString: 1 }), 'has no option "toString"'],
  ])('%s', async (_, work, message) => {
    const error = await errorOf(work);
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain(message);
  });

  it.each<[string, () => unknown, string]>([
    ['in forRoot', () => root({ ttl: '5m' }), '"ttl": it belongs in forFeature or, for every namespace, in `defaults`'],
    ['in forFeature', () => feature({ namespace: 'user', redis: {} }), '"redis": it belongs in forRoot'],
    [
      'beside the factory of forRootAsync',
      () => CasCacheModule.forRootAsync(untyped({ useFactory: () => ({}), topology: 'near' })),
      '"topology": it belongs in the answer of the factory',
    ],
    [
      'beside the factory of forFeatureAsync',
      () => CasCacheModule.forFeatureAsync(untyped({ namespace: 'user', useFactory: () => ({}), ttl: '5m' })),
      '"ttl": it belongs in the answer of the factory',
    ],
  ])('or with where it belongs: %s', async (_, work, message) => {
    expect((await errorOf(work)).message).toContain(message);
  });
});

it('an option that does not exist and is undefined counts as absent', async () => {
  await expect(root({ toplogy: undefined, defaults: { freshness: undefined } })).resolves.toBeDefined();
  await expect(feature({ namespace: 'user', freshness: undefined })).resolves.toBeDefined();
});
