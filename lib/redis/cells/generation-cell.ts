import { ABSENT, MAX_GENERATION, OPEN } from '../../contracts/generation-store.js';
import type { Generation, GenerationReading } from '../../contracts/generation-store.js';
import type { SettledIntent } from '../../contracts/intent-store.js';
import { CasMalformedGenerationError } from '../../errors.js';
import { redactKey } from '../../keys/redact-key.js';
import { asError } from '../../common/attempt.js';

const EXCLAMATION_MARK = 0x21;
const ZERO = 0x30;
/** 2^53 - 2 has as many digits. */
const MAX_DIGITS = 16;

/**
 * What a generation's cell says to a reader. An open cell is known by its first byte alone. That the time of its
 * writers has run out is found by the next script, and until then the key is a miss.
 *
 * @throws CasMalformedGenerationError naming `key`, redacted, for what no version of this package writes
 */
export function readCell(cell: Buffer | null, key: string): GenerationReading {
  if (cell === null) return ABSENT;
  if (cell[0] === EXCLAMATION_MARK) return OPEN;
  const generation = decimal(cell);
  if (generation !== undefined) return generation;
  throw new CasMalformedGenerationError(
    `The generation of key ${redactKey(key)} is no number from 1 to 2^53-2, so something else wrote it. It counts as ` +
      'absent and the next invalidation replaces it; keep other programs off the keys that begin with "gen:".',
    { key },
  );
}

export function readingOf(cell: Buffer | null | Error, key: string): GenerationReading | Error {
  if (cell instanceof Error) return cell;
  try {
    return readCell(cell, key);
  } catch (error) {
    return asError(error);
  }
}

/**
 * The writers that have an open cell open. The cell lives until the last of its deadlines, so that what is left of it
 * tells what the clock of the server says, by which the others are judged.
 *
 * @param leftMs what PTTL answers for the cell
 */
export function writersIn(cell: Buffer, leftMs: number): { readonly writers: number; readonly openForMs: number } {
  const deadlines = Array.from(cell.toString('latin1').matchAll(/;[^;=]+=(\d+)/g), ([, digits]) => Number(digits));
  const now = Math.max(...deadlines) - leftMs;
  const living = leftMs > 0 ? deadlines.filter((deadline) => deadline > now) : [];
  return { writers: living.length, openForMs: living.length > 0 ? leftMs : 0 };
}

/** A generation that a script answered; 0 while the cell is open. */
export function issued(reply: unknown): Generation {
  const generation = Number(reply);
  if (generation === 0 || isGeneration(generation)) return generation;
  throw new CasMalformedGenerationError(
    'Redis issued a generation outside 1 to 2^53-2: check the clock of the server.',
  );
}

export function issuedOrError(reply: unknown): Generation | Error {
  if (reply instanceof Error) return reply;
  try {
    return issued(reply);
  } catch (error) {
    return asError(error);
  }
}

/** What a script answered that settled an intent: the generation, and 1 if the token was there. */
export function settledOrError(reply: unknown): SettledIntent | Error {
  if (reply instanceof Error) return reply;
  const [number, held] = reply as readonly unknown[];
  const generation = issuedOrError(number);
  return generation instanceof Error ? generation : { generation, held: held === 1 };
}

/** Whether a store can have issued it. What was not issued is never current, whatever text may stand in a cell. */
export function isGeneration(generation: number): boolean {
  return Number.isSafeInteger(generation) && generation > 0 && generation <= MAX_GENERATION;
}

/** Reads the digits where they are: a text of them would live for nothing. */
function decimal(cell: Buffer): number | undefined {
  if (cell.length === 0 || cell.length > MAX_DIGITS || cell[0] === ZERO) return undefined;
  let number = 0;
  // Not `for … of`, which makes an object for every byte.
  for (let i = 0; i < cell.length; i++) {
    const digit = (cell[i] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number <= MAX_GENERATION ? number : undefined;
}
