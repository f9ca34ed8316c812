import { CasTimeoutError, CasUnavailableError } from '../../errors.js';

/** A request for so many keys takes a small part of a deadline, and keeps no other request waiting for long. */
const KEYS_A_TURN = 1_000;

/**
 * Asks for any number of keys, in turns, each within a deadline of its own: a healthy store has no deadline that grows
 * with the request. Once a turn was not answered at all, the rest fails as it did.
 */
export async function inChunks<R>(
  keys: readonly string[],
  ask: (some: readonly string[]) => Promise<readonly (R | Error)[]>,
): Promise<readonly (R | Error)[]> {
  if (keys.length <= KEYS_A_TURN) return ask(keys);
  const answers: (R | Error)[] = [];
  while (answers.length < keys.length) {
    const turn = await ask(keys.slice(answers.length, answers.length + KEYS_A_TURN));
    answers.push(...turn);
    const [fault] = turn;
    if (fault === undefined || !turn.every(isSilence)) continue;
    while (answers.length < keys.length) answers.push(fault);
  }
  return answers;
}

function isSilence(answer: unknown): boolean {
  return answer instanceof CasTimeoutError || answer instanceof CasUnavailableError;
}
