import type { SetOutcome } from '../../contracts/outcomes.js';
import { isPromise } from '../../common/attempt.js';
import type { ReadResult } from '../stores/backend.js';
import { Miss } from '../stores/miss.js';
import type { OperationTimer } from '../support/operation-timer.js';

/** The answer of a read of one key, once hooks were told how long it took. */
export function measured<V>(
  timer: OperationTimer,
  key: string,
  ask: () => ReadResult<V> | Promise<ReadResult<V>>,
): ReadResult<V> | Promise<ReadResult<V>> {
  const begunAt = timer.now();
  const tell = (found: ReadResult<V>): ReadResult<V> => {
    timer.tell({ operation: 'get', key, keys: 1, hits: countHits([found]), ok: !isUnavailable(found) }, begunAt);
    return found;
  };
  const found = ask();
  return isPromise(found) ? found.then(tell) : tell(found);
}

/** The same, of a read of many keys, which has begun just now. */
export async function measuredMany<V>(
  timer: OperationTimer,
  keys: readonly string[],
  read: Promise<readonly ReadResult<V>[]>,
): Promise<readonly ReadResult<V>[]> {
  const begunAt = timer.now();
  const found = await read;
  const ok = !found.some(isUnavailable);
  timer.tell({ operation: 'getBulk', key: undefined, keys: keys.length, hits: countHits(found), ok }, begunAt);
  return found;
}

/** Whether the stores have said what becomes of a fill: one that they refuse, they have failed to store. */
export function isAnswered(outcome: SetOutcome): boolean {
  return outcome !== 'unavailable' && outcome !== 'rejected';
}

function countHits(found: readonly unknown[]): number {
  return found.filter((each) => !(each instanceof Miss)).length;
}

function isUnavailable(found: unknown): boolean {
  return found instanceof Miss && found.reason === 'unavailable';
}
