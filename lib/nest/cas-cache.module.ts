import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { CasCacheNamespaceOptions } from '../core/options/namespace-options.js';
import { CasCacheCoreModule, CasCachePartsModule } from './root.module.js';
import { asyncFeatureProviders, featureExports, featureProviders } from './feature-providers.js';
import type {
  CasCacheFeatureAsyncOptions,
  CasCacheModuleAsyncOptions,
  CasCacheModuleOptions,
} from './module-options.js';
import { asyncOptionsProviders, optionsProviders } from './options-providers.js';

/**
 * A cache that never serves a value after it was invalidated.
 *
 * `forRoot()` once, in the root module; `forFeature('user')` in every module whose classes use the namespace `user`, by
 * injecting `CasCacheService` or by `@CasCached` and `@CasInvalidate`.
 */
@Module({})
export class CasCacheModule {
  /** @throws CasConfigError at start-up, for options that cannot work */
  static forRoot(options: CasCacheModuleOptions = {}): DynamicModule {
    return root(CasCachePartsModule.create(optionsProviders(options), []), options.isGlobal);
  }

  /** As forRoot, with options from a factory. @throws CasConfigError unless exactly one factory is given */
  static forRootAsync(options: CasCacheModuleAsyncOptions): DynamicModule {
    return root(CasCachePartsModule.create(asyncOptionsProviders(options), options.imports), options.isGlobal);
  }

  /**
   * Provides the cache of a namespace to the importing module. Options define the namespace; its name alone refers to
   * it, wherever it is defined, or gives it the defaults.
   *
   * @throws CasKeyError for what is no namespace
   */
  static forFeature(namespace: string | CasCacheNamespaceOptions): DynamicModule {
    const { name, providers } = featureProviders(namespace);
    return { module: CasCacheModule, providers, exports: featureExports(name) };
  }

  /** As forFeature, with options from a factory. Modules that name the namespace wait for it. */
  static forFeatureAsync(options: CasCacheFeatureAsyncOptions): DynamicModule {
    const providers = asyncFeatureProviders(options);
    return {
      module: CasCacheModule,
      imports: options.imports ?? [],
      providers,
      exports: featureExports(options.namespace),
    };
  }
}

function root(parts: DynamicModule, isGlobal = true): DynamicModule {
  return {
    module: CasCacheModule,
    global: isGlobal,
    imports: [parts, CasCacheCoreModule.create(parts)],
    exports: [CasCachePartsModule],
  };
}
