import { CasConfigError } from '../../errors.js';
import type { CasErrorContext } from '../../errors.js';
import { parseTtl } from '../ttl.js';
import type { Ttl } from '../ttl.js';
import { describe } from './describe.js';
import type { Option } from './option.js';

type Check<Given> = (given: Given, name: string, context?: CasErrorContext) => Given;

/** An option that is read as it was given. */
function option<Given, Otherwise>(otherwise: Otherwise, check: Check<Given>): Option<Given, Given | Otherwise, ''> {
  return Object.freeze({ unit: '' as const, otherwise, check });
}

function refuse(name: string, wanted: string, given: unknown, context?: CasErrorContext): never {
  throw new CasConfigError(`${name}: give ${wanted}, not ${describe(given)}.`, context);
}

/**
 * A duration. `otherwise` is 0 where none is waited for. `shortIsUsual` where milliseconds are what one thinks in, as
 * for a timeout; `endless` where `Infinity` has a meaning.
 */
export function duration<Otherwise extends Ttl | undefined>(
  otherwise: Otherwise,
  { shortIsUsual = false, endless = false }: { readonly shortIsUsual?: boolean; readonly endless?: boolean } = {},
): Option<Ttl, Otherwise extends undefined ? number | undefined : number, 'Ms'> {
  const check = (given: Ttl, name: string): number =>
    endless && given === Number.POSITIVE_INFINITY ? given : parseTtl(given, name);
  const resolved = otherwise === undefined || otherwise === 0 ? otherwise : parseTtl(otherwise);
  return Object.freeze({
    unit: 'Ms' as const,
    otherwise: resolved as Otherwise extends undefined ? number | undefined : number,
    shortIsUsual,
    check,
  });
}

/** A number from `least` to 1. */
export function share<Otherwise extends number | undefined>(
  otherwise: Otherwise,
  least: number,
): Option<number, number | Otherwise, ''> {
  return option(otherwise, (given: number, name, context) =>
    typeof given === 'number' && given >= least && given <= 1
      ? given
      : refuse(name, 'a share from 0 to 1, such as 0.1', given, context),
  );
}

export interface CountBounds {
  readonly least?: number;
  readonly most?: number;
  /** What is counted, for the message. */
  readonly wanted?: string;
}

/** A whole number. */
export function count<Otherwise extends number | undefined>(
  otherwise: Otherwise,
  { least = 1, most = Number.MAX_SAFE_INTEGER, wanted = wholeNumber(least, most) }: CountBounds = {},
): Option<number, number | Otherwise, ''> {
  return option(otherwise, (given: number, name, context) =>
    Number.isSafeInteger(given) && given >= least && given <= most ? given : refuse(name, wanted, given, context),
  );
}

function wholeNumber(least: number, most: number): string {
  const bounded = most < Number.MAX_SAFE_INTEGER ? ` and at most ${most}` : '';
  return `a whole number of at least ${least}${bounded}`;
}

/** A flag that was read from the environment as text would be true whatever it says, so only booleans are taken. */
export function flag<Otherwise extends boolean | undefined>(
  otherwise: Otherwise,
): Option<boolean, boolean | Otherwise, ''> {
  return option(otherwise, (given: boolean, name, context) =>
    typeof given === 'boolean' ? given : refuse(name, 'true or false', given, context),
  );
}

/** A flag, or one of several texts. */
export function flagOr<Known extends string>(known: readonly Known[]): Option<boolean | Known, boolean | Known, ''> {
  const wanted = `true, false or ${known.map((each) => `'${each}'`).join(' or ')}`;
  return option<boolean | Known, false>(false, (given, name, context) =>
    typeof given === 'boolean' || known.includes(given) ? given : refuse(name, wanted, given, context),
  );
}

/** One of several texts. */
export function oneOf<Known extends string, Otherwise extends Known | undefined>(
  known: readonly Known[],
  otherwise: Otherwise,
): Option<Known, Known | Otherwise, ''> {
  const quoted = known.map((each) => `'${each}'`);
  const wanted = quoted.length === 1 ? quoted.join() : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
  return option(otherwise, (given: Known, name, context) =>
    known.includes(given) ? given : refuse(name, wanted, given, context),
  );
}

/** A function, which is absent by default. */
// eslint-disable-next-line typescript/no-explicit-any -- of any parameters: the interface has its type
export function callable<F extends (...args: any[]) => unknown>(): Option<F, F | undefined, ''> {
  return option<F, undefined>(undefined, (given, name, context) =>
    typeof given === 'function' ? given : refuse(name, 'a function', given, context),
  );
}

/** One of several texts, or a function, absent by default. */
// eslint-disable-next-line typescript/no-explicit-any -- of any parameters: the interface has its type
export function oneOfOrCallable<Known extends string, F extends (...args: any[]) => unknown>(
  known: readonly Known[],
): Option<Known | F, Known | F | undefined, ''> {
  const wanted = `${known.map((each) => `'${each}'`).join(', ')} or a function`;
  return option<Known | F, undefined>(undefined, (given, name, context) =>
    typeof given === 'function' || known.includes(given) ? given : refuse(name, wanted, given, context),
  );
}

/** A text of at least one character, absent by default. */
export function text(
  wanted = 'a text of at least one character, or leave it out',
): Option<string, string | undefined, ''> {
  return option<string, undefined>(undefined, (given, name, context) =>
    typeof given === 'string' && given !== '' ? given : refuse(name, wanted, given, context),
  );
}

/** An object that does the work of a contract, absent by default. @param methods that the contract asks for */
export function part<P extends object>(methods: readonly (keyof P & string)[]): Option<P, P | undefined, ''> {
  return option<P, undefined>(undefined, (given, name, context) => {
    assertMethods(given, methods, name, context);
    return given;
  });
}

/** One such object, or several. */
export function partsOf<P extends object>(
  methods: readonly (keyof P & string)[],
): Option<P | readonly P[], P | readonly P[] | undefined, ''> {
  return option<P | readonly P[], undefined>(undefined, (given, name, context) => {
    for (const each of Array.isArray(given) ? (given as unknown[]) : [given]) {
      assertMethods(each, methods, name, context);
    }
    return given;
  });
}

function assertMethods(given: unknown, methods: readonly string[], name: string, context?: CasErrorContext): void {
  const missing = methods.filter(
    (method) => typeof (given as Partial<Record<string, unknown>> | null)?.[method] !== 'function',
  );
  if (missing.length === 0) return;
  const hint =
    typeof given === 'function' ? 'this is a class or function: give an instance' : `it has no ${missing.join(', ')}`;
  throw new CasConfigError(`${name} cannot be used: ${hint}.`, context);
}

/** A text with a rule of its own, absent by default. @param assert throws for what breaks the rule */
export function ruled(assert: (given: unknown) => void): Option<string, string | undefined, ''> {
  return option<string, undefined>(undefined, (given) => {
    assert(given);
    return given;
  });
}

/** An option whose check takes more than itself, and is made where it is used. */
export function elsewhere<Given>(): Option<Given, Given | undefined, ''> {
  return option<Given, undefined>(undefined, (given) => given);
}
