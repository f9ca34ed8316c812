import { CasConfigError } from '../../errors.js';
import { assertTagCount, distinctTags } from '../../keys/assert-tag.js';

/** Why tags cannot be used here. @param what was called or given */
export function noTags(namespace: string, what: string): CasConfigError {
  const message = `${what}: the namespace "${namespace}" has no tags. Give it the option \`tags: true\`, in every process that uses it.`;
  return new CasConfigError(message, { namespace });
}

/**
 * Tags that a call names for a value. `undefined`: none.
 *
 * @throws CasTagError; CasConfigError in a namespace without tags
 */
export function namedTags(
  given: string | readonly string[] | undefined,
  namespace: string,
  isTagged: boolean,
): readonly string[] | undefined {
  if (given === undefined) return undefined;
  if (!isTagged) throw noTags(namespace, 'tags');
  const tags = distinctTags(given, namespace);
  assertTagCount(new Set(tags), namespace);
  return tags;
}
