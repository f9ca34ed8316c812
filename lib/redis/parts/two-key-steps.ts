import type { KeyNames } from '../cells/key-names.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { asError } from '../../common/attempt.js';
import { isTryAgain } from '../scripts/redis-errors.js';
import type { RedisFollower } from '../scripts/redis-follower.js';
import type { Script } from '../scripts/script-text.js';
import type { Argument } from '../scripts/script-runner.js';

/**
 * A step on both halves of a key, its value and its generation, and how it is taken where one command cannot have both:
 * in a Cluster, with the few names that share no slot, and while their slot moves. Then a command that needs two keys
 * of which one is still (or only) at the old master is refused with TRYAGAIN for as long as the move lasts, and so is
 * one that needs a key which does not exist. Single keys are redirected and served all the time.
 *
 * Why half by half is safe. No generation is issued twice, and an entry carries the one under which it was loaded. A
 * read accepts an entry only if the cell holds the entry's generation:
 *
 * - **Reads** ask for both at two moments, in any order. At the moment when the cell was read the entry's generation
 *   was still on, so what was loaded in it was fresh then, and that moment lies within the read. When the entry was
 *   read makes no difference: it cannot have come from another generation.
 * - **Fills** compare, then store. A generation that ends in between leaves an entry that no read accepts; if it
 *   replaced a newer one, that is a miss. The extension of the generation comes first, so that an entry does not
 *   outlive it.
 * - **Whatever ends a generation or opens a key** does so first and drops the value then, so that the first step alone
 *   is enough, whatever becomes of the second. A drop that fails leaves an entry that no read accepts, and one that is
 *   late may take a newer entry with it: a miss.
 */
export interface TwoKeyStep<T, R> {
  /** Whether the two have a common slot. */
  readonly together: (item: T) => boolean;
  readonly whole: (item: T, behind?: Behind) => Promise<R>;
  readonly wholeMany: (items: readonly T[], behind?: Behind) => Promise<readonly (R | Error)[]>;
  readonly halves: (item: T) => Promise<R>;
}

/** @param make of the answer, in the same promise */
export function take<T, R, A>(step: TwoKeyStep<T, R>, item: T, make: (answer: R) => A, behind?: Behind): Promise<A> {
  if (!step.together(item)) return step.halves(item).then(make);
  return step.whole(item, behind).then(make, (error: unknown) => {
    if (!isTryAgain(error)) throw error;
    return step.halves(item).then(make);
  });
}

/** All at once. Answers in the order of the items, with an `Error` in the place of each that failed. */
export async function takeMany<T, R>(
  step: TwoKeyStep<T, R>,
  items: readonly T[],
  behind?: Behind,
): Promise<(R | Error)[]> {
  const together = items.filter(step.together);
  // What takes more than one step is not done when the whole ones are.
  const whole = step.wholeMany(together, together.length === items.length ? behind : undefined);
  let next = 0;
  return Promise.all(
    items.map(async (item) => {
      if (!step.together(item)) return step.halves(item).catch(asError);
      const place = next++;
      const answer = (await whole)[place] as R | Error;
      return isTryAgain(answer) ? step.halves(item).catch(asError) : answer;
    }),
  );
}

/** What a script is told of a key, whose names are put before it. */
export interface KeyCall {
  readonly key: string;
  readonly args: readonly Argument[];
}

/** What may follow the step, or all steps of a call, where they are whole. */
export type Behind = RedisFollower | undefined;

/**
 * A script on the generation of a key that ends it or opens the key, and unlinks the value if it is given that as a
 * second key. What it does has to last, so it is run durably.
 */
export function dropping(connection: RedisConnection, names: KeyNames, script: Script): TwoKeyStep<KeyCall, unknown> {
  const cell = ({ key }: KeyCall): string => names.generation(key);
  const both = (call: KeyCall) => ({ keys: [cell(call), names.value(call.key)], args: call.args });
  return {
    together: ({ key }) => names.together(key),
    whole: (call, behind) => connection.durable.run(script, both(call), behind),
    wholeMany: (calls, behind) => connection.durable.runMany(script, calls.map(both), behind),
    halves: async (call) => {
      const answer = await connection.durable.run(script, { keys: [cell(call)], args: call.args });
      await connection.call(['unlink', names.value(call.key)]).catch(() => undefined);
      return answer;
    },
  };
}
