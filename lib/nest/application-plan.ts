import { CasConfigError } from '../errors.js';
import { checkInjection } from './check-injection.js';
import { DecoratedClasses } from './decorated-classes.js';
import type { NamespaceDeclaration } from './namespace-declaration.js';
import { getCasCacheToken } from './inject-cas-cache.decorator.js';
import type { ApplicationModules, NestModule } from './nest-container.js';
import { CAS_CORE, CAS_PLAN } from './tokens.js';
import { featureOf } from './visible-namespaces.js';

/** What an application's modules say about its caches, read before anything is made. */
export interface ApplicationPlan {
  readonly features: readonly NamespaceDeclaration[];
  /** Namespaces that exist by name only: a test put something else in the place of their caches. */
  readonly replaced: ReadonlySet<string>;
  readonly application: Pick<ApplicationModules, 'list'>;
  /** The classes that were checked; those that come later are checked against them. */
  readonly decorated: DecoratedClasses;
}

/**
 * Reads the declarations of all modules and checks that they can be meant: one forRoot, no class that could be given
 * several caches, no decorator whose namespace or method does not exist.
 *
 * @throws CasConfigError naming class and module, and what to change
 */
export function planApplication(application: ApplicationModules): ApplicationPlan {
  const modules = application.list();
  const roots = modules.filter((module) => module.providers.has(CAS_PLAN));
  if (roots.length > 1) {
    throw new CasConfigError(
      `CasCacheModule.forRoot() is imported ${roots.length} times: import it once, in the root module, and CasCacheModule.forFeature() where a cache is used.`,
    );
  }
  checkInjection(modules);
  const declared = modules.flatMap((module) => {
    const feature = featureOf(module);
    return feature === undefined ? [] : [{ feature, replaced: isReplaced(module, feature) }];
  });
  const features = declared.filter(({ replaced }) => !replaced).map(({ feature }) => feature);
  const live = new Set(features.map(({ namespace }) => namespace));
  const replaced = new Set(
    declared.map(({ feature }) => feature.namespace).filter((namespace) => !live.has(namespace)),
  );
  const decorated = new DecoratedClasses(application);
  decorated.checkProvided();
  return { features, replaced, application, decorated };
}

/** Whether a testing module overrides the cache that the module provides: then the real one is never asked for. */
function isReplaced(module: NestModule, { namespace }: NamespaceDeclaration): boolean {
  const inject: readonly unknown[] = module.providers.get(getCasCacheToken(namespace))?.inject ?? [];
  return !inject.includes(CAS_CORE);
}
