import { CasTtlError } from '../errors.js';

/** A duration: milliseconds as a number, or a string with a unit: `'250ms'`, `'30s'`, `'5m'`, `'1h'`, `'7d'`. */
export type Ttl = number | string;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const MAX_MS = 100 * 365 * 86_400_000;

/**
 * A duration in whole milliseconds, rounded up, never 0.
 *
 * @param name how the message calls the option
 * @throws CasTtlError for 0 (which means "for ever" to some caches and "the default" to others), for negative, infinite
 *   and NaN durations, for more than 100 years, and for strings without a unit.
 */
export function parseTtl(ttl: Ttl, name = 'ttl'): number {
  const ms = typeof ttl === 'string' ? parseDuration(ttl) : ttl;
  if (typeof ms !== 'number' || Number.isNaN(ms)) {
    throw new CasTtlError(
      `${name}: ${describe(ttl)} is not a duration. Give milliseconds as a number, or a string with a unit, such as '250ms', '30s', '5m', '1h' or '7d'.`,
    );
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
  return match === null ? NaN : Number(match[1]) * (UNITS[match[2] ?? ''] ?? NaN);
}

function describe(ttl: unknown): string {
  return typeof ttl === 'string' ? `'${ttl.slice(0, 40)}'` : typeof ttl === 'number' ? String(ttl) : `a ${typeof ttl}`;
}
