import { NAMESPACE_TABLE } from '../core/options/namespace-options.js';
import { CasConfigError } from '../errors.js';
import { MODULE_TABLE } from './module-options.js';
import type { CasCacheFeatureAsyncOptions, CasCacheModuleAsyncOptions } from './module-options.js';

/** Every name of `T`: the compiler refuses a list that lacks one, or has one too many. */
type NamesOf<T> = Readonly<Record<keyof T, true>>;

const MODULE_ASYNC: NamesOf<CasCacheModuleAsyncOptions> = {
  isGlobal: true,
  imports: true,
  inject: true,
  useFactory: true,
  useClass: true,
  useExisting: true,
};

const FEATURE_ASYNC: NamesOf<CasCacheFeatureAsyncOptions> = {
  namespace: true,
  imports: true,
  inject: true,
  useFactory: true,
};

/** What takes options: their names, and those that are often given to it in place of another. */
const TAKERS = {
  module: {
    known: MODULE_TABLE,
    others: NAMESPACE_TABLE,
    belong: 'in forFeature or, for every namespace, in `defaults`',
  },
  moduleAsync: { known: MODULE_ASYNC, others: MODULE_TABLE, belong: 'in the answer of the factory' },
  namespace: { known: NAMESPACE_TABLE, others: MODULE_TABLE, belong: 'in forRoot' },
  featureAsync: { known: FEATURE_ASYNC, others: NAMESPACE_TABLE, belong: 'in the answer of the factory' },
} as const;

/**
 * Refuses an option that does not exist, such as one misspelt or of another version: what it was to guard against would
 * happen in silence. The compiler checks it too, but options also come from plain JavaScript. `undefined` counts as
 * absent.
 *
 * @param where whose options, for the message
 * @throws CasConfigError
 */
export function checkNames(options: object, taker: keyof typeof TAKERS, where: string): void {
  const { known, others, belong } = TAKERS[taker];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(known, name)) continue;
    const hint = Object.hasOwn(others, name) ? `it belongs ${belong}` : `there are ${Object.keys(known).join(', ')}`;
    throw new CasConfigError(`${where} has no option "${name.slice(0, 40)}": ${hint}.`);
  }
}
