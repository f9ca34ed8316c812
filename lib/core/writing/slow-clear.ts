import { CasTimeoutError } from '../../errors.js';
import { LONGEST_CLEAR_MS } from './pending-invalidations.js';

/** Why a clear has failed that took longer than it may. */
export function slowClear(namespace: string): CasTimeoutError {
  const message = `The namespace "${namespace}" was not cleared within ${LONGEST_CLEAR_MS / 1_000} s. Look at the stores.`;
  return new CasTimeoutError(message, { namespace });
}
