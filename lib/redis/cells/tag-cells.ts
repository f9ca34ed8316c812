import type { TagCatchUp, TagClock } from '../../contracts/tag-store.js';
import { CasMalformedGenerationError } from '../../errors.js';
import { isGeneration } from './generation-cell.js';

/** Members of the sorted set that are no rows of tags. */
export const MARKS = 3;
const ROW = 't:';
const CLOCK = /^([1-9]\d{0,15});([1-9]\d{0,15})$/;
/** Two numbers of 16 digits. */
const MOST_BYTES = 33;

/**
 * What the cell of a clock says to a reader. What no version of this package writes counts as lost, and the next step
 * that writes begins anew.
 */
export function readClock(cell: Buffer | null): TagClock | undefined {
  return cell === null || cell.length > MOST_BYTES ? undefined : clockIn(cell.toString('latin1'));
}

/** The clock that a script answered. */
export function issuedClock(reply: unknown): TagClock {
  const clock = clockIn(String(reply));
  if (clock !== undefined) return clock;
  throw new CasMalformedGenerationError(
    'Redis answered a clock of tags outside 1 to 2^53-2: check the clock of the server.',
  );
}

function clockIn(text: string): TagClock | undefined {
  const [, first, second] = CLOCK.exec(text) ?? [];
  const [era, seq] = [Number(first), Number(second)];
  return isGeneration(era) && isGeneration(seq) ? { era, seq } : undefined;
}

type Score = string | null;

/**
 * What the script `CATCH_UP` answered.
 *
 * @param most so many rows are wanted. The marks stand among what was asked for.
 */
export function caughtUp(reply: unknown, most: number): TagCatchUp | undefined {
  const [scores, members = []] = reply as readonly [scores?: readonly Score[], members?: readonly string[]];
  if (scores === undefined) return undefined;
  const [era, seq, floor] = scores.map(Number) as [number, number, number];
  if (![era, seq, floor].every(isGeneration)) return undefined;
  const own = scores.slice(MARKS).map((score) => (score === null ? undefined : Number(score)));
  const rows: (readonly [string, number])[] = [];
  for (let i = 0; i < members.length && rows.length < most; i += 2) {
    const member = members[i] as string;
    if (member.startsWith(ROW)) rows.push([member.slice(ROW.length), Number(members[i + 1])]);
  }
  return { era, seq, floor, own, rows };
}
