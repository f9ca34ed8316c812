import { READ_DEFAULTS, READ_OPTION_NAMES, resolveReadOptions } from '../../core/options/load-options.js';
import type { LoadOptions, NamesOf, ReadOptions } from '../../core/options/load-options.js';
import { CasConfigError } from '../../errors.js';

/** How a decorated method reads through. Conditions are apart: a decorator's are asked with the arguments of the call. */
export type MethodReadOptions = Omit<ReadOptions, 'when' | 'unless'>;

/** What all decorators for reading through take, besides keys. */
export const READING: NamesOf<ReadOptions & { namespace?: string }> = { namespace: true, ...READ_OPTION_NAMES };

/** What the conditions of a decorator put in the place of those of the namespace: it has asked its own. */
const PASS = (): boolean => true;
const KEEP = (): boolean => false;

interface Given extends MethodReadOptions {
  readonly when?: unknown;
  readonly unless?: unknown;
}

/**
 * The options that every call of a method goes with, looked at now and never again: what is frozen the cache knows from the
 * second call on.
 *
 * @throws CasTtlError, CasConfigError naming the option, class and method
 */
export function readOptionsOf(options: Given, label: string): LoadOptions {
  const { when, unless, ...others } = options;
  const reading: LoadOptions = {
    ...pick(others),
    ...(when === undefined ? {} : { when: PASS }),
    ...(unless === undefined ? {} : { unless: KEEP }),
    name: label,
  };
  resolveReadOptions(reading, READ_DEFAULTS, (option) => `${option} of ${label}`);
  return Object.freeze(reading);
}

/**
 * Refuses an option that does not exist: what it was to bring about would not happen, in silence. `undefined` counts as
 * absent.
 *
 * @throws CasConfigError
 */
export function checkOptionNames(decorator: string, label: string, options: object, known: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(known, name)) continue;
    throw new CasConfigError(
      `${decorator} on ${label} has no option "${name.slice(0, 40)}": there are ${Object.keys(known).join(', ')}.`,
    );
  }
}

/** Those that the cache reads. */
function pick(options: MethodReadOptions): MethodReadOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(READ_OPTION_NAMES, name)));
}
