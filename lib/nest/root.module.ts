import { Global, Logger, Module } from '@nestjs/common';
import type {
  DynamicModule,
  OnApplicationBootstrap,
  OnApplicationShutdown,
  OnModuleInit,
  Provider,
} from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { CasCodec } from '../contracts/codec.js';
import type { GenerationStore } from '../contracts/generation-store.js';
import type { CasHooks } from '../contracts/hooks.js';
import type { CasProvider } from '../contracts/provider.js';
import { CasConfigError } from '../errors.js';
import { planApplication } from './application-plan.js';
import type { ApplicationPlan } from './application-plan.js';
import { bindMadeInstances } from './bind-made-instances.js';
import { ApplicationCaches } from './application-caches.js';
import { CasCacheRegistry } from './cas-cache.registry.js';
import { checkInjection } from './check-injection.js';
import type { CasCacheModuleOptions } from './module-options.js';
import { listOf } from './namespace-slot.js';
import { ApplicationModules } from './nest-container.js';
import { resolveModuleOptions } from './resolve-module-options.js';
import { loadSerialiserRules } from './serialiser-rules.js';
import { CAS_CODEC, CAS_CORE, CAS_GEN_STORE, CAS_HOOKS, CAS_MODULE_OPTIONS, CAS_PLAN, CAS_PROVIDER } from './tokens.js';
import { ApplicationStores } from './application-stores.js';
import { reportStart } from './start-report.js';

/** What forRoot exports, everywhere or to its importer. */
export const PUBLIC_TOKENS = [CasCacheRegistry, CAS_PROVIDER, CAS_CODEC, CAS_GEN_STORE, CAS_HOOKS] as const;

const PARTS: readonly Provider[] = [
  // First of all, so that what cannot work is refused before a connection is opened.
  {
    provide: CAS_PLAN,
    inject: [ModulesContainer, ModuleRef],
    useFactory: (container: ModulesContainer, moduleRef: ModuleRef) =>
      planApplication(new ApplicationModules(container, moduleRef)),
  },
  {
    provide: ApplicationStores,
    inject: [CAS_MODULE_OPTIONS, CAS_PLAN],
    useFactory: (options: CasCacheModuleOptions) => {
      const logger = new Logger('CasCacheModule');
      const resolved = resolveModuleOptions(options);
      if (resolved.logger) for (const warning of resolved.warnings) logger.warn(warning);
      return new ApplicationStores(resolved, logger);
    },
  },
  {
    provide: CAS_PROVIDER,
    inject: [ApplicationStores],
    useFactory: (topology: ApplicationStores) => topology.provider(),
  },
  {
    provide: CAS_GEN_STORE,
    inject: [ApplicationStores],
    useFactory: (topology: ApplicationStores) => topology.generations(),
  },
  { provide: CAS_CODEC, inject: [ApplicationStores], useFactory: (topology: ApplicationStores) => topology.codec() },
  { provide: CAS_HOOKS, inject: [ApplicationStores], useFactory: (topology: ApplicationStores) => topology.hooks() },
  {
    provide: ApplicationCaches,
    inject: [CAS_PLAN, ApplicationStores, CAS_PROVIDER, CAS_GEN_STORE, CAS_CODEC, CAS_HOOKS],
    useFactory: async (
      plan: ApplicationPlan,
      topology: ApplicationStores,
      provider: CasProvider,
      generations: GenerationStore,
      codec: CasCodec,
      hooks: CasHooks | readonly CasHooks[],
    ) => {
      try {
        const near = topology.near(provider);
        const hasRules = await loadSerialiserRules();
        const parts = { provider, generations, codec, hooks: listOf(hooks), near, hasRules };
        return new ApplicationCaches(plan, parts, topology);
      } catch (error) {
        // Nest never shuts this application down, and an open connection would keep its process alive.
        await topology.close();
        throw error;
      }
    },
  },
  {
    provide: CasCacheRegistry,
    inject: [ApplicationCaches, ApplicationStores],
    useFactory: (core: ApplicationCaches, topology: ApplicationStores) => new CasCacheRegistry(core, topology),
  },
];

/** Holds the parts of an application's cache. Not global: forRoot decides which modules see them. */
@Module({})
export class CasCachePartsModule {
  /** @param provideOptions one that provides CAS_MODULE_OPTIONS, and what it needs */
  static create(provideOptions: readonly Provider[], imports: DynamicModule['imports']): DynamicModule {
    return {
      module: CasCachePartsModule,
      imports: imports ?? [],
      providers: [...provideOptions, ...PARTS],
      exports: [...PUBLIC_TOKENS, ApplicationCaches, ApplicationStores],
    };
  }
}

/**
 * Shows every forFeature and every decorated class the way to the caches, and nothing else. Global, so it is
 * initialised before all other modules and shut down after them.
 */
@Global()
@Module({})
export class CasCacheCoreModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly core: ApplicationCaches,
    private readonly container: ModulesContainer,
    private readonly moduleRef: ModuleRef,
    private readonly topology: ApplicationStores,
  ) {}

  static create(parts: DynamicModule): DynamicModule {
    return {
      module: CasCacheCoreModule,
      imports: [parts],
      providers: [{ provide: CAS_CORE, useExisting: ApplicationCaches }],
      exports: [CAS_CORE],
    };
  }

  async onModuleInit(): Promise<void> {
    const modules = new ApplicationModules(this.container, this.moduleRef).list();
    try {
      // Again, for middleware: Nest registers it only now.
      checkInjection(modules);
      this.core.start();
      bindMadeInstances(modules, this.core);
      this.core.started = true;
      reportStart(this.core, this.topology);
    } catch (error) {
      // As above; Nest 11 runs no shutdown hook after this either.
      await this.core.close();
      throw error;
    }
  }

  /**
   * Only now is anything opened that keeps the process alive: an application that fails before is never shut down by
   * Nest.
   *
   * @throws CasConfigError for rights without which no invalidation could succeed, where the server says so
   */
  async onApplicationBootstrap(): Promise<void> {
    await this.topology.open();
    const refused = await this.core.probe();
    if (refused === undefined) return;
    // As above.
    await this.core.close();
    throw new CasConfigError(refused);
  }

  /** After the last request and the shutdown hooks of other modules. A store that does not close stops nothing. */
  async onApplicationShutdown(): Promise<void> {
    try {
      await this.core.close();
    } catch (error) {
      new Logger('CasCacheModule').error((error as Error).message);
    }
  }
}
