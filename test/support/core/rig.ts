import type { CasHooks } from '../../../lib/contracts/hooks.js';
import type { Generation } from '../../../lib/contracts/generation-store.js';
import type { LiveEntry } from '../../../lib/contracts/provider.js';
import { CasCacheService } from '../../../lib/core/cas-cache.js';
import type { CacheParts } from '../../../lib/core/cas-cache.js';
import type { CacheComponents } from '../../../lib/core/compose-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { CasUnavailableError } from '../../../lib/errors.js';
import { bulkKey, singleKey } from '../../../lib/keys/storage-keys.js';
import { encodeBulk } from '../../../lib/wire/bulk-frame.js';
import { encodeSingle } from '../../../lib/wire/single-frame.js';
import { CallLog } from './call-log.js';
import { ManualTimers } from './manual-timers.js';
import { RecordedEvents } from './recorded-events.js';
import type { Fault, Script } from './script.js';
import { putInOneServer } from './scripted-atomic-store.js';
import type { ScriptedAtomicStore } from './scripted-atomic-store.js';
import { ScriptedGenerations } from './scripted-generations.js';
import { ScriptedProvider } from './scripted-provider.js';
import { text, TextCodec } from './text-codec.js';

export interface RigShape {
  readonly entries: 'values' | 'bytes';
  readonly generations: 'process' | 'shared';
  readonly atomic: boolean;
  readonly tiered: boolean;
  /** Whether the one server answers reads with the time that entries still have. */
  readonly timed?: boolean;
}

export type RigOptions = Partial<CasCacheNamespaceOptions> & {
  readonly hooks?: readonly CasHooks[];
  readonly owned?: CacheParts['owned'];
  readonly loadSurroundings?: CacheParts['loadSurroundings'];
};

/** The code under test: the package itself, or a copy of it that was broken on purpose. */
export interface RigLibrary {
  readonly CasCacheService: typeof CasCacheService;
  readonly resolveNamespaceOptions: typeof resolveNamespaceOptions;
}

/** A cache over scripted parts, and everything that a test may want to see of them or do to them. */
export class Rig {
  readonly log = new CallLog();
  readonly events = new RecordedEvents();
  readonly timers = new ManualTimers();
  readonly codec = new TextCodec();
  /** Where entries live: for a tiered cache, the tier behind. */
  readonly entries: ScriptedProvider;
  readonly near: ScriptedProvider<LiveEntry> | undefined;
  readonly generations: ScriptedGenerations;
  readonly atomic: ScriptedAtomicStore | undefined;
  readonly namespace: string;
  readonly cache: CasCacheService;
  private writers = 0;

  constructor(
    readonly shape: RigShape,
    options: RigOptions = {},
    private readonly library: RigLibrary = { CasCacheService, resolveNamespaceOptions },
  ) {
    this.namespace = options.namespace ?? 'user';
    this.entries = new ScriptedProvider(shape.entries, shape.entries === 'values' ? 'process' : 'shared', this.log);
    this.near = shape.tiered ? new ScriptedProvider('values', 'process', this.log, 'near') : undefined;
    this.generations = new ScriptedGenerations(shape.generations, this.log);
    this.atomic = shape.atomic
      ? putInOneServer(this.entries as ScriptedProvider<Uint8Array>, this.generations, this.log, shape.timed)
      : undefined;
    this.cache = this.another(options);
  }

  /** Another cache over the same stores, as a second replica or a second namespace would be. */
  another<V = unknown>(options: RigOptions = {}): CasCacheService<V> {
    const { hooks = [], owned, loadSurroundings, ...rest } = options;
    const { library } = this;
    return new library.CasCacheService<V>(library.resolveNamespaceOptions({ namespace: this.namespace, ...rest }), {
      provider: this.entries,
      generations: this.generations,
      codec: this.codec,
      hooks: [this.events, ...hooks],
      near: this.near,
      owned,
      loadSurroundings,
      timers: this.timers,
      tokens: () => `w${++this.writers}`,
    });
  }

  /** What the cache is made of, for what no call of it shows. */
  get components(): CacheComponents<unknown> {
    return (this.cache as unknown as { readonly components: CacheComponents<unknown> }).components;
  }

  /** What the cache remembers for requests. */
  get requests(): CacheComponents<unknown>['requestMemory'] {
    return this.components.requestMemory;
  }

  /** A read in this request that finds `value` current, at once. */
  find(key: string, value: unknown = key): void {
    this.requests.remember(this.requests.begin(), key, value);
  }

  /** Whether the key is served again in this request, at any age. */
  recalls(key: string): boolean {
    return this.requests.recall(key, Infinity) !== undefined;
  }

  at(key: string): string {
    return singleKey(this.namespace, key);
  }

  bulkAt(...keys: string[]): string {
    return bulkKey(this.namespace, keys);
  }

  /** Puts an entry into every tier, under a generation that need not be current. */
  place(key: string, generation: Generation, value: unknown): void {
    const live: LiveEntry = { gen: generation, payload: value };
    const entry = this.shape.entries === 'values' ? live : encodeSingle(generation, text(value));
    this.entries.held.set(this.at(key), { entry, ttlMs: 1, cost: undefined });
    this.near?.held.set(this.at(key), { entry: live, ttlMs: 1, cost: undefined });
  }

  /** Puts these bytes under the key; near holds nothing of it. */
  placeBytes(key: string, entry: Uint8Array): void {
    this.near?.held.delete(this.at(key));
    this.entries.held.set(this.at(key), { entry, ttlMs: 1, cost: undefined });
  }

  /** A current generation, and an entry of it in every tier. */
  seed(key: string, value: unknown): Generation {
    const generation = this.generations.issue(this.at(key));
    this.place(key, generation, value);
    return generation;
  }

  /** A bulk frame for `keys`, of whatever members. */
  placeBulk(
    keys: readonly string[],
    members: readonly { readonly key: string; readonly gen: Generation; readonly payload: Uint8Array }[],
  ): void {
    this.entries.held.set(this.bulkAt(...keys), { entry: encodeBulk(members), ttlMs: 1, cost: undefined });
  }

  /** Whether any tier has an entry of the key. */
  has(key: string): boolean {
    return this.entries.held.has(this.at(key)) || this.near?.held.has(this.at(key)) === true;
  }

  /** From now on nothing can be learnt or changed about generations. */
  loseGenerationStore(how: Fault): void {
    const error = new CasUnavailableError('The server is down.');
    this.generations.script.fail('*', how, error);
    this.generations.intents.script.fail('*', how, error);
    this.generations.tags.script.fail('*', how, error);
    this.atomic?.script.fail('*', how, error);
  }

  /** Entries cannot be read, nor generations where they come with them. */
  failReads(how: Fault, error?: unknown): void {
    for (const op of ['get', 'getMany']) this.entries.script.fail(op, how, error);
    for (const op of ['read', 'readMany', 'readBulk']) this.atomic?.script.fail(op, how, error);
  }

  /** Entries cannot be stored. */
  failWrites(how: Fault, error?: unknown): void {
    for (const op of ['set', 'setMany']) this.entries.script.fail(op, how, error);
    for (const op of ['fill', 'fillMany']) this.atomic?.script.fail(op, how, error);
  }

  /** All stores hang, but for what is in process. */
  hang(): void {
    this.generations.script.fail('*', 'hang');
    this.generations.intents.script.fail('*', 'hang');
    this.generations.tags.script.fail('*', 'hang');
    this.atomic?.script.fail('*', 'hang');
    if (this.entries.reach === 'shared') this.entries.script.fail('*', 'hang');
  }

  private get parts(): readonly ({ readonly script: Script } | undefined)[] {
    const { entries, near, generations, atomic } = this;
    return [entries, near, generations, generations.intents, generations.tags, atomic];
  }

  mend(): void {
    for (const part of this.parts) part?.script.mend();
  }

  /** What hung answers now. */
  release(): void {
    for (const part of this.parts) part?.script.release();
  }

  /** What hung fails now. */
  fell(cause: Error): void {
    for (const part of this.parts) part?.script.fell(cause);
  }
}

/** For what a cache remembers for requests, and everything that makes it forget. */
export function requestRig(holds: 'values' | 'bytes' = 'values', options: RigOptions = {}): Rig {
  return new Rig({ entries: holds, generations: 'shared', atomic: false, tiered: false }, options);
}
