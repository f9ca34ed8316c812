import { CasLoadTimeoutError, CasTooManyLoadsError } from '../../errors.js';

/**
 * Why a load that has used up its `loadTimeout` fails.
 *
 * @param waited whether its loader was not called, for as many were running as `maxLoads` allows
 */
export function lateError(
  namespace: string,
  keys: readonly string[],
  ms: number,
  waited: boolean,
): CasLoadTimeoutError | CasTooManyLoadsError {
  const what = keys.length === 1 ? 'A load' : `A load of ${keys.length} keys`;
  const context = { namespace, key: keys.length === 1 ? keys[0] : undefined };
  if (waited) {
    const message = `${what} in namespace "${namespace}" was not begun within its loadTimeout of ${ms} ms: as many loads as maxLoads allows were running. Look at the source, or raise maxLoads.`;
    return new CasTooManyLoadsError(message, context);
  }
  const message = `${what} in namespace "${namespace}" took longer than its loadTimeout of ${ms} ms. Look at the source, or raise loadTimeout.`;
  return new CasLoadTimeoutError(message, context);
}
