import { Breakers } from '../core/support/breakers.js';
import { runAfter, SYSTEM_TIMERS } from '../common/timers.js';
import type { Timers } from '../common/timers.js';
import type { GenerationStore } from '../contracts/generation-store.js';
import type { ServerPing } from '../contracts/server-ping.js';
import type { CasCacheStats } from '../contracts/stats.js';
import type { CasCacheService } from '../core/cas-cache.js';
import { makeCache } from '../core/partitioned-cache.js';
import type { CasCacheNamespaceOptions, ResolvedNamespaceOptions } from '../core/options/namespace-options.js';
import { Reporter } from '../core/support/reporter.js';
import { withTimeout } from '../core/support/with-timeout.js';
import { CasConfigError } from '../errors.js';
import { CasCloseError } from '../write-errors.js';
import type { ApplicationPlan } from './application-plan.js';
import { Adoption } from './adoption.js';
import type { BindableCaches, OwnNamespace } from './bindable-caches.js';
import { CacheLookup } from './cache-lookup.js';
import type { CachedMethod } from './decorators/decorated-methods.js';
import { addLivingApplication, removeLivingApplication } from './living-applications.js';
import type { LivingApplication, UnboundCall } from './living-applications.js';
import type { NamespaceDeclaration } from './namespace-declaration.js';
import { partsOf } from './namespace-parts.js';
import type { ModuleParts } from './namespace-parts.js';
import { NamespaceSlot } from './namespace-slot.js';
import type { Definition } from './namespace-slot.js';
import { closeAll } from './application-stores.js';
import type { ApplicationStores } from './application-stores.js';

/** How long a namespace may wait for its definition in silence. */
const PATIENCE_MS = 10_000;
/** So long a start waits for what servers refuse, where namespaces have read leases. */
const PROBE_MS = 2_000;

/** The namespaces of one application. */
export class ApplicationCaches extends CacheLookup implements BindableCaches, LivingApplication {
  private readonly slots = new Map<string, NamespaceSlot>();
  private readonly breakers = new Breakers();
  private readonly adoption: Adoption;
  private readonly unboundTypes = new WeakSet<object>();
  private closing: Promise<void> | undefined;
  /** Whether the application is initialised: from then on it is shut down. */
  started = false;

  /**
   * Makes every namespace whose options are known already.
   *
   * @throws CasConfigError for a namespace whose parts cannot work together, and for tags in one without
   */
  constructor(
    private readonly plan: ApplicationPlan,
    private readonly parts: ModuleParts,
    private readonly topology: ApplicationStores,
    private readonly timers: Timers = SYSTEM_TIMERS,
  ) {
    super();
    for (const feature of plan.features) this.declare(feature);
    for (const slot of this.slots.values()) if (slot.complete) this.cacheOf(slot);
    this.warnOfNames();
    plan.decorated.checkProvidedTags(this.optionsOf);
    this.adoption = new Adoption(plan.application, this);
    addLivingApplication(this);
    for (const hook of parts.hooks) hook.attach?.(() => this.stats());
  }

  stats(): Readonly<Record<string, CasCacheStats>> {
    return Object.fromEntries(this.caches.map((cache) => [cache.namespace, cache.stats()]));
  }

  /** The cache that a forFeature provides, once all definitions of its namespace are there. */
  async open(feature: NamespaceDeclaration, options?: CasCacheNamespaceOptions): Promise<CasCacheService> {
    // A module that was loaded lazily declares itself only now, and brings classes.
    const isLate = !this.plan.features.includes(feature);
    if (isLate) {
      this.plan.decorated.checkProvided();
      this.warnOfNames();
      this.adoption.followFactories();
    }
    const slot = this.slots.get(feature.namespace) ?? this.declare(feature);
    if (feature.kind === 'definition') slot.define(feature.options);
    if (options !== undefined) {
      slot.define(options);
      slot.arrived();
    }
    await this.definitionsOf(slot);
    if (isLate) this.plan.decorated.checkProvidedTags(this.optionsOf);
    return this.cacheOf(slot);
  }

  /**
   * Does a part of defining a namespace. When that fails at start-up, Nest never shuts the application down, and an
   * open connection would keep its process alive: so everything is closed here. A module that is loaded lazily closes
   * nothing.
   */
  async defining<T>(feature: NamespaceDeclaration, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // What does not close is less than what went wrong.
      if (!this.started && this.plan.features.includes(feature)) await this.close().catch(() => undefined);
      throw error;
    }
  }

  override cacheFor(namespace: string): CasCacheService | Promise<CasCacheService> | undefined {
    if (this.plan.replaced.has(namespace)) return undefined;
    const slot = this.slotOf(namespace);
    return slot.complete ? this.cacheOf(slot) : this.definitionsOf(slot).then(() => this.cacheOf(slot));
  }

  get(namespace: string): CasCacheService {
    const slot = this.slotOf(namespace);
    if (slot.complete) return this.cacheOf(slot);
    throw new CasConfigError(
      `The namespace "${namespace}" is not made yet: its forFeatureAsync is still waiting. Ask for it after start-up, or inject it.`,
      { namespace },
    );
  }

  /** The cache of `namespace` or, without it, of the only one that there is. */
  only(namespace: string | undefined): CasCacheService {
    const [first, ...others] = namespace === undefined ? this.names : [namespace];
    if (first !== undefined && others.length === 0) return this.get(first);
    throw new CasConfigError(
      `Say which cache the object gets, as in bind(instance, 'user'): this application has ${this.known}.`,
    );
  }

  /**
   * Checks the decorated methods of a class whose instance comes from elsewhere, as those of all other classes are.
   *
   * @param own the namespace of methods whose decorator names none
   * @throws CasConfigError
   */
  checkDecorated(prototype: object, own: (method: CachedMethod) => string | undefined): void {
    const exists = (name: string): boolean => this.slots.has(name) || this.plan.replaced.has(name);
    this.plan.decorated.check(prototype, (method) => `"${own(method)}"`, exists);
    this.warnOfNames();
  }

  checkTags(prototype: object, own: OwnNamespace): void {
    this.plan.decorated.checkTags(prototype, own, this.optionsOf);
  }

  /**
   * Does what can be done only now that all providers are made.
   *
   * @throws CasConfigError for a class with default keys that has an instance for each request, and for tags in a
   *   namespace without
   */
  start(): void {
    this.plan.decorated.checkScopes();
    this.plan.decorated.checkProvidedTags(this.optionsOf);
    this.adoption.followFactories();
  }

  adopt(instance: object): boolean {
    return this.adoption.adopt(instance);
  }

  reportUnbound(call: UnboundCall): void {
    // A test that replaced every cache wants none of it.
    if (this.slots.size === 0) return;
    const message = `${call.label} is decorated with @CasInvalidate, and the instance that it was called on has no cache, so nothing is invalidated: Nest did not construct it, and no provider holds it, or its module does not see exactly one namespace. Let Nest construct it, or give it its cache where it is made: registry.bind(instance, 'user').`;
    if (this.topology.options.unbound === 'throw') throw new CasConfigError(message);
    if (this.unboundTypes.has(call.type)) return;
    this.unboundTypes.add(call.type);
    new Reporter(call.namespace ?? this.names.join(', '), this.parts.hooks).warnOnce('unbound', message);
  }

  /** Whether a namespace is there and its definitions are complete. */
  isMade(namespace: string): boolean {
    return this.slots.get(namespace)?.complete === true;
  }

  get names(): readonly string[] {
    return [...this.slots.keys()].toSorted();
  }

  /** Those that are made. */
  get caches(): readonly CasCacheService[] {
    return this.names.flatMap((name) => this.slots.get(name)?.cache ?? []);
  }

  /**
   * Closes the caches, then the stores that the topology made, then its connection. Once; later calls wait for the
   * first.
   *
   * @throws CasCloseError with every error
   */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  /** `undefined` where there is no such namespace, or something else in the place of its cache, or not yet one. */
  private readonly optionsOf = (namespace: string): ResolvedNamespaceOptions | undefined =>
    this.isMade(namespace) ? this.slots.get(namespace)?.definition.options : undefined;

  private declare(feature: NamespaceDeclaration): NamespaceSlot {
    const { namespace } = feature;
    const slot = this.slots.get(namespace) ?? new NamespaceSlot(namespace, this.defaultsOf(namespace));
    this.slots.set(namespace, slot);
    if (feature.kind === 'definition') slot.define(feature.options);
    if (feature.kind === 'async') slot.expect();
    return slot;
  }

  private warnOfNames(): void {
    for (const [namespace, message] of this.plan.decorated.names.takeWarnings()) {
      new Reporter(namespace.replaceAll('"', ''), this.parts.hooks).warnOnce('names', message);
    }
  }

  async ping(ms: number): Promise<readonly ServerPing[]> {
    const pings = await Promise.all(this.generationStores.map(async (store) => (await store.ping?.(ms)) ?? []));
    return pings.flat();
  }

  private get generationStores(): readonly GenerationStore[] {
    const stores = [...this.slots.values()].map(({ definition }) => definition.genStore ?? this.parts.generations);
    return [...new Set(stores)];
  }

  /** What a server is known, within a moment, to refuse that invalidations cannot do without; for a message. */
  async probe(): Promise<string | undefined> {
    const probes = Promise.all(this.generationStores.map(async ({ readLeases }) => readLeases?.probe?.()));
    const found = await withTimeout(probes, PROBE_MS, this.timers);
    return found === 'late' ? undefined : found.value.find((refused) => refused !== undefined);
  }

  /**
   * A process that only reads learns from its decorators, and before its first read, that writers elsewhere use
   * intents.
   */
  private defaultsOf(namespace: string): Partial<CasCacheNamespaceOptions> {
    const { defaults } = this.topology.options;
    return this.plan.decorated.usingIntents.has(namespace) ? { ...defaults, intents: true } : defaults;
  }

  /** A factory that waits for the very cache that it is to define waits for ever: that has to be said. */
  private async definitionsOf(slot: NamespaceSlot): Promise<void> {
    if (slot.complete) return;
    const message = `The namespace "${slot.namespace}" still waits for its forFeatureAsync. If that goes on, its factory depends on something that uses this namespace: break the circle.`;
    const callOff = runAfter(this.timers, PATIENCE_MS, () => this.topology.logger.warn(message));
    await slot.whenComplete();
    callOff();
  }

  private slotOf(namespace: string): NamespaceSlot {
    const slot = this.slots.get(namespace);
    if (slot !== undefined) return slot;
    throw new CasConfigError(
      `There is no namespace "${namespace}" (there is ${this.known}): name it by CasCacheModule.forFeature('${namespace}') in some module.`,
      { namespace },
    );
  }

  private get known(): string {
    return this.names.length === 0 ? 'none' : this.names.map((name) => `"${name}"`).join(', ');
  }

  private cacheOf(slot: NamespaceSlot): CasCacheService {
    slot.cache ??= this.make(slot.definition);
    return slot.cache;
  }

  private make(definition: Definition): CasCacheService {
    const { options } = definition;
    const parts = partsOf(definition, this.parts, this.topology);
    const cache = makeCache(options, { ...parts, breaker: this.breakers.of(parts, options.timeoutMs) });
    for (const warning of definition.warnings) cache.warn(warning, warning);
    return cache;
  }

  private async closeAll(): Promise<void> {
    removeLivingApplication(this);
    const found = [...(await closeAll(this.caches)), ...(await this.topology.close())];
    const errors = found.flatMap((error) => (error instanceof CasCloseError ? error.errors : [error]));
    if (errors.length === 0) return;
    const reasons = errors.map((error) => (error instanceof Error ? error.message : String(error))).join(' ');
    throw new CasCloseError(errors, `The cache closed, but not all is well: ${reasons}`, { cause: errors[0] });
  }
}
