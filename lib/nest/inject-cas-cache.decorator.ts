import { Inject } from '@nestjs/common';
import { assertNamespace } from '../keys/assert-key.js';

/**
 * The injection token of a namespace's cache, for `app.get(getCasCacheToken('user'))`, factories and overrides. A text
 * that says where the provider comes from, because Nest prints it when it is missing.
 *
 * @throws CasKeyError for what is no namespace
 */
export function getCasCacheToken(namespace: string): string {
  assertNamespace(namespace);
  return `CasCache of CasCacheModule.forFeature('${namespace}')`;
}

/**
 * Injects the cache of a namespace by name: `constructor(@InjectCasCache('user') cache: CasCacheService<User>)`. Its
 * module imports `CasCacheModule.forFeature('user')`, or a module that exports it.
 */
export function InjectCasCache(namespace: string): PropertyDecorator & ParameterDecorator {
  return Inject(getCasCacheToken(namespace));
}
