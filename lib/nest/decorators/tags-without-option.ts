import type { ResolvedNamespaceOptions } from '../../core/options/namespace-options.js';
import { CasConfigError } from '../../errors.js';
import { labelOf } from './decorated-methods.js';
import type { Decorated } from './decorated-methods.js';

/** What the decorator of each kind is called. */
const DECORATORS: Readonly<Record<Decorated['kind'], string>> = {
  cached: '@CasCached',
  'cached-many': '@CasCachedMany',
  invalidating: '@CasInvalidate',
};

/** Why a method whose decorator names tags cannot be of the namespace. `undefined`: it can. */
export function tagsWithoutOption(
  method: Decorated,
  { namespace, tags }: Pick<ResolvedNamespaceOptions, 'namespace' | 'tags'>,
): CasConfigError | undefined {
  if (tags !== false || method.tagOptions.length === 0) return undefined;
  const given = method.tagOptions.join(' and ');
  return new CasConfigError(
    `${DECORATORS[method.kind]} on ${labelOf(method)}: it gives ${given}, and the namespace "${namespace}" has no tags. Give the namespace the option \`tags: true\`, in every process that uses it, or leave ${given} out.`,
    { namespace },
  );
}
