import type { GenerationStore } from '../contracts/generation-store.js';
import type { CasHooks } from '../contracts/hooks.js';
import type { CasProvider } from '../contracts/provider.js';
import { Options, shortMessage } from '../common/options/option.js';
import type { ResolvedOptions } from '../common/options/option.js';
import { PARTS, resolveNamespaceOptions } from '../core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../core/options/namespace-options.js';
import { CasConfigError } from '../errors.js';
import { checkNames } from './check-names.js';
import { MODULE_TABLE } from './module-options.js';
import type { CasCacheModuleOptions, CasTopology } from './module-options.js';
import { listOf } from './namespace-slot.js';
import { redisOf } from './redis-option.js';

/** The options of the module, checked and complete. */
export interface ResolvedModuleOptions extends Omit<
  ResolvedOptions<typeof MODULE_TABLE>,
  'topology' | 'hooks' | 'defaults'
> {
  readonly topology: CasTopology;
  readonly hooks: readonly CasHooks[];
  /** What the developer should be told once. */
  readonly warnings: readonly string[];
  /** Without the parts: those are above. */
  readonly defaults: Partial<CasCacheNamespaceOptions>;
}

const MODULE = new Options(MODULE_TABLE);
const OWNER = { name: (option: string) => `${option} of forRoot` };

/**
 * Checks what forRoot was given and fills in what is absent. `undefined` counts as absent.
 *
 * @throws CasConfigError, CasTtlError: what cannot work, and what to change
 */
export function resolveModuleOptions(options: CasCacheModuleOptions): ResolvedModuleOptions {
  if (typeof options !== 'object' || options === null) {
    throw new CasConfigError('CasCacheModule: the options have to be an object; a factory has to return them.');
  }
  const { defaults = {} } = options;
  const redis = redisOf(options);
  checkNames(options, 'module', 'forRoot');
  checkNames(defaults, 'namespace', 'defaults of forRoot');
  const { provider: _p, codec: _c, genStore: _g, hooks: _h, ...plain } = defaults;
  const hooks = Object.freeze([...listOf(options.hooks), ...listOf(defaults.hooks)]);
  const given = MODULE.resolve({ ...PARTS.pick(defaults), ...MODULE.pick(options), redis, hooks }, OWNER);
  const topology = given.topology ?? (redis === undefined ? 'memory' : 'redis');
  const warnings: string[] = [];
  const shared = { topology, hooks, warnings, defaults: Object.freeze(plain) };
  const resolved: ResolvedModuleOptions = Object.freeze({ ...given, ...shared });
  checkRedis(resolved);
  checkFailover(resolved, options);
  checkReach(resolved);
  if ('namespace' in plain) {
    throw new CasConfigError('defaults of forRoot are for every namespace: name a namespace in forFeature.');
  }
  // Its own error now, rather than that of the first namespace to be made.
  resolveNamespaceOptions({ ...plain, namespace: 'defaults' }, {}, (name, ms) => warnings.push(shortMessage(name, ms)));
  return resolved;
}

function checkRedis({ topology, redis, keyPrefix, provider, genStore }: ResolvedModuleOptions): void {
  if (redis !== undefined) return;
  if (keyPrefix !== undefined) {
    throw new CasConfigError(
      'keyPrefix of forRoot begins the keys in Redis, and there is no `redis`: remove one or add the other.',
    );
  }
  const missing = topology === 'memory' ? [] : missingStores(topology, provider, genStore);
  if (missing.length > 0) {
    throw new CasConfigError(
      `The topology '${topology}' needs Redis: give forRoot({ redis: 'redis://…' }), or bring your own ${missing.join(' and ')}.`,
    );
  }
}

function checkFailover({ redis }: ResolvedModuleOptions, given: CasCacheModuleOptions): void {
  for (const name of ['waitReplicas', 'onFailover'] as const) {
    if (redis !== undefined || given[name] === undefined) continue;
    throw new CasConfigError(
      `${name} of forRoot is about Redis, and there is no \`redis\`: remove one or add the other.`,
    );
  }
}

function missingStores(topology: CasTopology, provider: unknown, genStore: unknown): string[] {
  const missing = genStore === undefined ? ['genStore'] : [];
  if (topology !== 'near' && provider === undefined) missing.push('provider');
  return missing;
}

function checkReach({ topology, provider, genStore }: ResolvedModuleOptions): void {
  if (topology !== 'memory' && genStore?.reach === 'process') {
    throw new CasConfigError(
      `The topology '${topology}' is for several processes, and this genStore is seen by one only: they would not see each other's invalidations. Give a shared one, or leave it out.`,
    );
  }
  if (topology === 'tiered' && provider !== undefined && (provider.reach !== 'shared' || provider.holds !== 'bytes')) {
    throw new CasConfigError(
      "The topology 'tiered' puts a tier in process in front of a shared store of bytes, and this provider is none: use topology 'near'.",
    );
  }
  if (topology === 'redis' && provider?.reach === 'process') {
    throw new CasConfigError(
      "The topology 'redis' keeps values in Redis, and this provider keeps them in process: use topology 'near'.",
    );
  }
  assertSharedGenerations(provider, genStore ?? (topology === 'memory' ? { reach: 'process' } : undefined), 'forRoot');
}

/**
 * A replica that cannot see the others' bumps would go on serving their old values.
 *
 * @throws CasConfigError
 */
export function assertSharedGenerations(
  provider: Pick<CasProvider, 'reach'> | undefined,
  generations: Pick<GenerationStore, 'reach'> | undefined,
  where: string,
): void {
  if (provider?.reach !== 'shared' || generations?.reach !== 'process') return;
  throw new CasConfigError(
    `The provider of ${where} is shared between processes, and the generations are local to this one: replicas would not see each other's invalidations. Give a shared genStore, or \`redis\`.`,
  );
}
