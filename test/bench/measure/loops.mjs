// The loops that every contender is timed by. Whoever times one imports this file under a name of its own
// (`loops.mjs?for=…`): V8 keeps what it learns of a call by its place in the source, and contenders that shared one
// would slow down each other.
import { MASK } from './turns.mjs';

/** Reads one after the other, each awaited. The sum keeps the reads from being optimised away. */
export async function awaited(read, keys, turns, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (await read(keys[turns[i & MASK]])).id;
  return sum;
}

export function atOnce(read, keys, turns, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += read(keys[turns[i & MASK]]).id;
  return sum;
}
