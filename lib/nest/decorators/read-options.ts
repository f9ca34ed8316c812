import { ruled } from '../../common/options/kinds.js';
import type { AnyTable, Options } from '../../common/options/option.js';
import { READ, READ_TABLE } from '../../core/options/load-options.js';
import { optionsOfMethod } from '../../core/loading/read-settings.js';
import type { LoadOptions, ReadOptions } from '../../core/options/load-options.js';
import { CasConfigError } from '../../errors.js';
import { assertNamespace } from '../../keys/assert-key.js';

/**
 * How a decorated method reads through. Conditions are apart: a decorator's are asked with the arguments of the call.
 */
export type MethodReadOptions = Omit<ReadOptions, 'when' | 'unless'>;

/** What all decorators for reading through take, besides keys. */
export const READING_TABLE = { namespace: ruled(assertNamespace), ...READ_TABLE };

/** What the conditions of a decorator put in the place of those of the namespace: it has asked its own. */
const PASS = (): boolean => true;
const KEEP = (): boolean => false;

interface Given extends MethodReadOptions {
  readonly when?: unknown;
  readonly unless?: unknown;
}

/** The options that every call of a method goes with. What is frozen the cache looks at once. */
export function readOptionsOf(options: Given, label: string): LoadOptions {
  const { when, unless, ...others } = options;
  const reading: LoadOptions = {
    ...READ.pick(others),
    ...(when === undefined ? {} : { when: PASS }),
    ...(unless === undefined ? {} : { unless: KEEP }),
    name: label,
  };
  return optionsOfMethod(reading);
}

/**
 * Refuses an option that cannot be meant, and one that does not exist: what it was to bring about would not happen, in
 * silence. `undefined` counts as absent.
 *
 * @param where decorator, class and method
 * @param owner class and method
 * @throws CasConfigError, CasTtlError naming the option, class and method; CasKeyError for what is no namespace
 */
export function checkDecoratorOptions<T extends AnyTable>(
  where: string,
  owner: string,
  given: object,
  known: Options<T>,
): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(known.table, name)) continue;
    throw new CasConfigError(
      `${where} has no option "${name.slice(0, 40)}": there are ${Object.keys(known.table).join(', ')}.`,
    );
  }
  known.resolve(given, { name: (option) => `${option} of ${owner}` });
}
