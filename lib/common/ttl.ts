import { CasTtlError } from '../errors.js';

type Unit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w';

/**
 * A duration: milliseconds as a number, or a text with a unit: `'250ms'`, `'30s'`, `'5m'`, `'1h'`, `'7d'`, `'2w'`. A
 * text that comes from elsewhere, as from the environment, becomes one by `parseTtl`.
 */
export type Ttl = number | `${number}${Unit}`;

const UNITS: Readonly<Record<Unit, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const MAX_MS = 100 * 365 * 86_400_000;
/** At most so much of a text is repeated. */
const MOST_CHARACTERS = 40;

/**
 * A duration in whole milliseconds, rounded up, never 0.
 *
 * @param name how the message calls the option
 * @throws CasTtlError for 0 (which means "for ever" to some caches and "the default" to others), for negative, infinite
 *   and NaN durations, for more than 100 years, and for texts without a unit.
 */
export function parseTtl(ttl: number | string, name = 'ttl'): number {
  const ms = typeof ttl === 'string' ? parseDuration(ttl) : ttl;
  if (typeof ms !== 'number' || Number.isNaN(ms)) {
    throw new CasTtlError(`${name}: ${describe(ttl)} is not a duration. ${advice(ttl)}`);
  }
  if (!(ms > 0 && ms <= MAX_MS)) {
    throw new CasTtlError(
      `${name}: ${describe(ttl)} is not between 1 ms and 100 years. Leave it out for the default; to switch caching off, set enabled: false.`,
    );
  }
  return Math.ceil(ms);
}

function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d|w)$/.exec(text.trim());
  return match === null ? NaN : Number(match[1]) * UNITS[match[2] as Unit];
}

/** How units are written elsewhere. */
const SPELLINGS: readonly (readonly [RegExp, Unit])[] = [
  [/^(?:ms|msecs?|millis|milliseconds?)$/i, 'ms'],
  [/^(?:s|secs?|seconds?)$/i, 's'],
  [/^(?:m|mins?|minutes?)$/i, 'm'],
  [/^(?:h|hrs?|hours?)$/i, 'h'],
  [/^(?:d|days?)$/i, 'd'],
  [/^(?:w|weeks?)$/i, 'w'],
];

/** What to write, where it can be guessed what was meant. */
function advice(ttl: unknown): string {
  const [, amount, spelt = ''] = /^\s*(\d{1,15}(?:\.\d{1,6})?)\s*([a-z]+)\s*$/i.exec(String(ttl)) ?? [];
  const unit = SPELLINGS.find(([spelling]) => spelling.test(spelt))?.[1];
  if (amount !== undefined && unit !== undefined) return `Write '${amount}${unit}'.`;
  return "Give milliseconds as a number, or a string with a unit, such as '250ms', '30s', '5m', '1h' or '7d'.";
}

function describe(ttl: unknown): string {
  if (typeof ttl === 'number') return String(ttl);
  return typeof ttl === 'string' ? `'${ttl.slice(0, MOST_CHARACTERS)}'` : `a ${typeof ttl}`;
}
