import type { InjectionToken, Provider } from '@nestjs/common';
import { CasCacheService } from '../core/cas-cache.js';
import type { CasCacheNamespaceOptions } from '../core/options/namespace-options.js';
import { CasConfigError } from '../errors.js';
import { checkNames } from './check-names.js';
import type { ApplicationCaches } from './application-caches.js';
import type { NamespaceDeclaration } from './namespace-declaration.js';
import { getCasCacheToken } from './inject-cas-cache.decorator.js';
import type { CasCacheFeatureAsyncOptions } from './module-options.js';
import { CAS_CORE, CAS_FEATURE, CAS_FEATURE_OPTIONS } from './tokens.js';

/** The class is the token where a module sees one namespace; the name tells several apart. */
export function featureExports(namespace: string): InjectionToken[] {
  return [CasCacheService, getCasCacheToken(namespace)];
}

/** @throws CasConfigError, CasKeyError for what is no namespace */
export function featureProviders(given: string | CasCacheNamespaceOptions): { name: string; providers: Provider[] } {
  const feature = featureFrom(given);
  return {
    name: feature.namespace,
    providers: provide(feature, {
      inject: [CAS_CORE],
      useFactory: (core: ApplicationCaches) => core.open(feature),
    }),
  };
}

/** @throws CasConfigError, CasKeyError for what is no namespace */
export function asyncFeatureProviders(given: CasCacheFeatureAsyncOptions): Provider[] {
  const { namespace, inject, useFactory } = given;
  checkNames(given, 'featureAsync', `CasCacheModule.forFeatureAsync of "${namespace}"`);
  if (typeof useFactory !== 'function') {
    throw new CasConfigError(`CasCacheModule.forFeatureAsync of "${namespace}": give useFactory.`);
  }
  const feature: NamespaceDeclaration = { kind: 'async', namespace };
  return [
    {
      provide: CAS_FEATURE_OPTIONS,
      // A test that overrides the cache may do without forRoot.
      inject: [{ token: CAS_CORE, optional: true }, ...(inject ?? [])],
      useFactory: (core: ApplicationCaches | undefined, ...injected: unknown[]): unknown => {
        const work = async (): Promise<unknown> => useFactory(...injected);
        return core === undefined ? work() : core.defining(feature, work);
      },
    },
    ...provide(feature, {
      inject: [CAS_CORE, CAS_FEATURE_OPTIONS],
      useFactory: (core: ApplicationCaches, options: unknown) =>
        core.defining(feature, async () => core.open(feature, answered(namespace, options))),
    }),
  ];
}

interface CacheFactory {
  inject: InjectionToken[];
  useFactory: (core: ApplicationCaches, options: unknown) => Promise<CasCacheService>;
}

function provide(feature: NamespaceDeclaration, factory: CacheFactory): Provider[] {
  const token = getCasCacheToken(feature.namespace);
  return [
    { provide: CAS_FEATURE, useValue: feature },
    { provide: token, ...factory },
    { provide: CasCacheService, useExisting: token },
  ];
}

function featureFrom(given: string | CasCacheNamespaceOptions): NamespaceDeclaration {
  if (typeof given === 'string') return { kind: 'reference', namespace: given };
  if (typeof given === 'object' && given !== null) {
    checkNames(given, 'namespace', 'CasCacheModule.forFeature');
    return { kind: 'definition', namespace: given.namespace, options: given };
  }
  throw new CasConfigError('CasCacheModule.forFeature: give the name of a namespace, or its options.');
}

function answered(namespace: string, answer: unknown): CasCacheNamespaceOptions {
  if (typeof answer !== 'object' || answer === null) {
    throw new CasConfigError(`CasCacheModule.forFeatureAsync of "${namespace}": its factory has to return an object.`, {
      namespace,
    });
  }
  const named = (answer as Partial<CasCacheNamespaceOptions>).namespace;
  if (named !== undefined && named !== namespace) {
    throw new CasConfigError(
      `CasCacheModule.forFeatureAsync of "${namespace}": its factory answers another namespace, "${named}". Leave it out there.`,
      { namespace },
    );
  }
  checkNames(answer, 'namespace', `The answer of CasCacheModule.forFeatureAsync of "${namespace}"`);
  return { ...answer, namespace };
}
