import type { CasCodec } from '../contracts/codec.js';
import type { GenerationStore } from '../contracts/generation-store.js';
import type { CasHooks } from '../contracts/hooks.js';
import type { CasProvider } from '../contracts/provider.js';
import type { CacheParts } from '../core/cas-cache.js';
import type { HasRules } from '../core/values/class-facts.js';
import { PARTS } from '../core/options/namespace-options.js';
import type { ResolvedNamespaceOptions } from '../core/options/namespace-options.js';
import { CasConfigError } from '../errors.js';
import { MemoryProvider } from '../providers/memory-provider.js';
import type { Definition } from './namespace-slot.js';
import { assertSharedGenerations } from './resolve-module-options.js';
import type { ApplicationStores } from './application-stores.js';

/** What the module's tokens provide. */
export interface ModuleParts {
  readonly provider: CasProvider;
  readonly generations: GenerationStore;
  readonly codec: CasCodec;
  readonly hooks: readonly CasHooks[];
  /** The tier in process in front of `provider`. */
  readonly near: CasProvider | undefined;
  /** Whether the application's serialiser has rules for a class. */
  readonly hasRules?: HasRules | undefined;
}

/**
 * The parts of one namespace: its own where it has them, else the module's. With a provider and a genStore of its own,
 * both of this process, it is a local namespace by choice, whatever the topology: replicas then invalidate each their
 * own.
 *
 * @throws CasConfigError for parts that cannot work together
 */
export function partsOf(definition: Definition, shared: ModuleParts, topology: ApplicationStores): CacheParts {
  const { options } = definition;
  const where = `namespace "${options.namespace}"`;
  PARTS.resolve(definition, { name: (option) => `${option} of ${where}` });
  assertLocalByChoice(definition, shared, topology);
  const owned = ownMemory(definition, shared, topology);
  const provider = owned ?? definition.provider ?? shared.provider;
  const generations = definition.genStore ?? shared.generations;
  assertSharedGenerations(provider, generations, where);
  assertIntents(options, generations);
  const near = provider.reach === 'shared' && provider.holds === 'bytes' ? shared.near : undefined;
  assertReadLease(options, generations, provider.reach === 'process' || near !== undefined);
  assertTags(options, generations);
  return {
    provider,
    generations,
    codec: definition.codec ?? shared.codec,
    hooks: [...shared.hooks, ...definition.hooks],
    near,
    cells: topology.cellsOf(provider, generations),
    owned: owned === undefined ? [] : [owned],
    hasRules: shared.hasRules,
    redactKey: topology.redactKey,
  };
}

/** @param isNear whether entries are in this process, at least as copies */
function assertReadLease(
  { namespace, readLease }: ResolvedNamespaceOptions,
  { reach, readLeases }: GenerationStore,
  isNear: boolean,
): void {
  if (readLease === false) return;
  const refuse = (why: string): never => {
    throw new CasConfigError(`readLease of namespace "${namespace}": ${why}`, { namespace });
  };
  if (reach === 'process') refuse('generations are in this process, so that hits make no round trip: leave it out.');
  if (readLeases === undefined) refuse('its generation store has no read leases: leave it out, or give another store.');
  if (readLeases?.refusal !== undefined) refuse(`${readLeases.refusal}. Leave it out.`);
  if (readLease === true && !isNear) {
    refuse("nothing is held in this process in topology 'redis': give 'honour', which tells those processes that do.");
  }
}

/** What cannot be kept for tags is refused, rather than not kept. */
function assertTags({ namespace, tags }: ResolvedNamespaceOptions, generations: GenerationStore): void {
  if (tags === false) return;
  const refuse = (why: string): never => {
    throw new CasConfigError(`tags of namespace "${namespace}": ${why}`, { namespace });
  };
  if (generations.tags === undefined)
    refuse('its generation store has none: give one that has `tags`, or leave it out.');
}

/** A store of the application's own may have none, and would refuse every write that asks for one. */
function assertIntents({ namespace, intents }: ResolvedNamespaceOptions, generations: GenerationStore): void {
  if (!intents || generations.intents !== undefined) return;
  throw new CasConfigError(
    `The namespace "${namespace}" uses write intents, by its option \`intents\` or a @CasInvalidate with \`intent\`, and its generation store has none: give one that has \`intents\`, or do without them.`,
    { namespace },
  );
}

/** Local generations alone are hardly meant: the module's would have told the other processes of each invalidation. */
function assertLocalByChoice(
  { options, provider, genStore }: Definition,
  shared: ModuleParts,
  topology: ApplicationStores,
): void {
  if (genStore?.reach !== 'process' || provider?.reach === 'process') return;
  const { topology: name } = topology.options;
  if (name === 'memory' && shared.generations.reach === 'process') return;
  throw new CasConfigError(
    `genStore of namespace "${options.namespace}" is seen by this process only, and the generations of forRoot (topology '${name}') by all: replicas would not see each other's invalidations. Leave it out, or give the namespace a provider of this process too, if each is to have values of its own.`,
    { namespace: options.namespace },
  );
}

/**
 * The private store of a namespace with `maxBytes`. A provider that overrides the topology's own in a test stays in
 * use.
 */
function ownMemory(definition: Definition, shared: ModuleParts, topology: ApplicationStores): CasProvider | undefined {
  const { maxBytes, maxEntries } = definition.options;
  if (maxBytes === undefined) return undefined;
  assertBoundable(definition.options, definition.provider ?? topology.options.provider, topology);
  if (!topology.isOwnMemory(shared.provider)) return undefined;
  return new MemoryProvider({ holds: 'bytes', maxBytes, maxEntries }) as CasProvider;
}

function assertBoundable(
  { namespace }: ResolvedNamespaceOptions,
  given: CasProvider | undefined,
  topology: ApplicationStores,
): void {
  const refuse = (why: string): never => {
    throw new CasConfigError(`maxBytes of namespace "${namespace}": ${why}`, { namespace });
  };
  const { topology: name } = topology.options;
  if (given !== undefined)
    refuse('it bounds the store that comes with the topology, and a provider was given: bound that one.');
  if (name === 'redis') refuse("topology 'redis' holds nothing in process: leave it out, and bound the Redis server.");
  if (name === 'tiered')
    refuse("topology 'tiered' holds values in process, whose size is not known: bound them with maxEntries.");
}
