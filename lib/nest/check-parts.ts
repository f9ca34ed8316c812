import type { CasHooks } from '../contracts/hooks.js';
import { CasConfigError } from '../errors.js';
import type { CasCacheNamespaceOptions } from '../core/options/namespace-options.js';

type Parts = Pick<CasCacheNamespaceOptions, 'provider' | 'codec' | 'genStore'> & {
  readonly hooks?: readonly CasHooks[];
};

/** What each part must be able to do. The compiler checks it too, but options also come from plain JavaScript. */
const METHODS = {
  provider: ['get', 'getMany', 'set', 'setMany', 'delete', 'deleteMany', 'close'],
  genStore: [
    'current',
    'currentMany',
    'snapshot',
    'snapshotMany',
    'bump',
    'bumpMany',
    'extend',
    'extendMany',
    'clear',
    'close',
  ],
  codec: ['encode', 'decode'],
} as const;

/**
 * Refuses a part that is none, such as a class in place of an instance.
 *
 * @param where "forRoot", or the namespace, for the message
 * @throws CasConfigError
 */
export function checkParts(parts: Parts, where: string): void {
  for (const name of ['provider', 'genStore', 'codec'] as const) {
    const part: unknown = parts[name];
    if (part !== undefined) assertMethods(part, METHODS[name], `${name} of ${where}`);
  }
  for (const hook of parts.hooks ?? []) assertMethods(hook, ['onEvent'], `hooks of ${where}`);
}

function assertMethods(part: unknown, methods: readonly string[], name: string): void {
  const missing = methods.filter((method) => !isObject(part) || typeof part[method] !== 'function');
  if (missing.length === 0) return;
  const hint =
    typeof part === 'function' ? 'this is a class or function: give an instance' : `it has no ${missing.join(', ')}`;
  throw new CasConfigError(`${name} cannot be used: ${hint}.`);
}

function isObject(part: unknown): part is Record<string, unknown> {
  return typeof part === 'object' && part !== null;
}
