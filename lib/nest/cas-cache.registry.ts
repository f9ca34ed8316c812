import type { CasCacheService } from '../core/cas-cache.js';
import type { ServerPing } from '../contracts/server-ping.js';
import type { CasCacheStats } from '../contracts/stats.js';
import { bindInstance } from './bind-instance.js';
import type { ApplicationCaches } from './application-caches.js';
import type { ApplicationStores } from './application-stores.js';
import { describeApplication } from './start-report.js';
import type { CasCacheDescription } from './cas-cache-description.js';

/** As long as an operation waits by default. */
const PING_MS = 250;

/** Every namespace of an application. One for each application; injectable wherever forRoot is visible. */
export class CasCacheRegistry {
  private readonly core: ApplicationCaches;
  private readonly stores: ApplicationStores;

  /** @internal */
  constructor(core: ApplicationCaches, stores: ApplicationStores) {
    this.stores = stores;
    this.core = core;
  }

  /**
   * The cache of a namespace.
   *
   * @throws CasConfigError, listing the namespaces that there are
   */
  get<V = unknown>(namespace: string): CasCacheService<V> {
    return this.core.get(namespace) as CasCacheService<V>;
  }

  /** The namespaces, sorted. */
  names(): readonly string[] {
    return this.core.names;
  }

  /** What happened in each namespace since it was made. */
  stats(): Readonly<Record<string, CasCacheStats>> {
    return this.core.stats();
  }

  /**
   * Asks every server that has generations how it is: reads nothing of the cache and writes nothing. Empty where all of
   * it is in this process. Resolves within `timeoutMs`, and never rejects.
   */
  ping(timeoutMs = PING_MS): Promise<readonly ServerPing[]> {
    return this.core.ping(timeoutMs);
  }

  /** Which namespaces there are, on which topology and server, and what is off: what the line at start says. */
  describe(): CasCacheDescription {
    return describeApplication(this.core, this.stores);
  }

  /**
   * Gives a cache to the decorated methods of an object that Nest did not construct: one made by a request-scoped
   * factory, or by a test. Singletons of `useFactory` and `useValue` are served at start-up without it.
   *
   * @param namespace for the methods whose decorator names none; may be left out where the application has one only
   * @returns the object
   * @throws CasConfigError when the namespace has to be given, or does not exist, or the object is frozen
   */
  bind<T extends object>(instance: T, namespace?: string): T {
    bindInstance(instance, this.core, () => this.core.only(namespace), namespace !== undefined);
    return instance;
  }

  /**
   * Closes every namespace, and the stores that the module made. Shutting the application down does it.
   *
   * @throws CasCloseError with every error
   */
  close(): Promise<void> {
    return this.core.close();
  }
}
