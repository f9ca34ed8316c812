import { allDecorated, cachedMethods } from './decorators/decorated-methods.js';

/**
 * The namespaces in which the methods of a class write under an intent, as its decorators say.
 *
 * @param own that of methods whose decorator names none
 */
export function intentNamespaces(prototype: object | null, own: string | undefined): readonly string[] {
  const found = allDecorated(prototype).flatMap((method) => {
    if (method.kind !== 'invalidating' || !method.intent) return [];
    const cached = method.of === undefined ? [] : cachedMethods(prototype, method.of);
    return [method, ...cached].map(({ namespace }) => namespace ?? own);
  });
  return found.filter((namespace) => namespace !== undefined);
}
