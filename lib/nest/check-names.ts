import { READ_OPTION_NAMES } from '../core/options/load-options.js';
import type { NamesOf } from '../core/options/load-options.js';
import type { CasCacheNamespaceOptions } from '../core/options/namespace-options.js';
import { CasConfigError } from '../errors.js';
import type {
  CasCacheFeatureAsyncOptions,
  CasCacheModuleAsyncOptions,
  CasCacheModuleOptions,
} from './module-options.js';

const NAMESPACE: NamesOf<CasCacheNamespaceOptions> = {
  namespace: true,
  provider: true,
  codec: true,
  genStore: true,
  hooks: true,
  ...READ_OPTION_NAMES,
  bulkTtl: true,
  nearTtl: true,
  isolation: true,
  maxEntries: true,
  maxBytes: true,
  timeout: true,
  intents: true,
  intentLease: true,
  enabled: true,
  disableBulk: true,
  computeSetCost: true,
};

const MODULE: NamesOf<CasCacheModuleOptions> = {
  isGlobal: true,
  redis: true,
  topology: true,
  provider: true,
  codec: true,
  genStore: true,
  hooks: true,
  logger: true,
  keyPrefix: true,
  waitReplicas: true,
  onFailover: true,
  defaults: true,
};

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
  module: { known: MODULE, others: NAMESPACE, belong: 'in forFeature or, for every namespace, in `defaults`' },
  moduleAsync: { known: MODULE_ASYNC, others: MODULE, belong: 'in the answer of the factory' },
  namespace: { known: NAMESPACE, others: MODULE, belong: 'in forRoot' },
  featureAsync: { known: FEATURE_ASYNC, others: NAMESPACE, belong: 'in the answer of the factory' },
} as const;

/**
 * Refuses an option that does not exist, such as one misspelt or of another version: what it was to guard against would
 * happen in silence. The compiler checks it too, but options also come from plain JavaScript. `undefined` counts as absent.
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
