import { CasCacheService } from '../core/cas-cache.js';
import type { NamespaceDeclaration } from './namespace-declaration.js';
import type { NestModule } from './nest-container.js';
import { CAS_FEATURE } from './tokens.js';

/** The forFeature that a module declares, if it was made by one. */
export function featureOf(module: NestModule): NamespaceDeclaration | undefined {
  return module.providers.get(CAS_FEATURE)?.instance as NamespaceDeclaration | undefined;
}

/**
 * The modules from which a class in `module` could be given `CasCacheService`, in the order in which Nest looks: it
 * takes the first. A provider of the module's own comes before all imports.
 */
export function cacheSources(module: NestModule): readonly NestModule[] {
  if (module.providers.has(CasCacheService)) return [module];
  const found: NestModule[] = [];
  visitImports(module, found, new Set(), false);
  return found;
}

function visitImports(module: NestModule, found: NestModule[], visited: Set<string>, onlyExported: boolean): void {
  for (const imported of module.imports) {
    if (onlyExported && !module.exports.has(imported.metatype)) continue;
    if (visited.has(imported.id)) continue;
    visited.add(imported.id);
    if (imported.providers.has(CasCacheService) && imported.exports.has(CasCacheService)) found.push(imported);
    else visitImports(imported, found, visited, true);
  }
}

/** What a source calls its cache: the namespace, or the module for a provider that an application wrote itself. */
export function sourceName(source: NestModule): string {
  const feature = featureOf(source);
  return feature === undefined ? `the CasCacheService that ${source.name} provides` : `"${feature.namespace}"`;
}

/** The one namespace whose cache the classes of a module are given; `undefined` where there is none, or several. */
export function onlyNamespace(module: NestModule): string | undefined {
  const names = new Set(cacheSources(module).map((source) => featureOf(source)?.namespace));
  const [only] = names;
  return names.size === 1 ? only : undefined;
}
