import { attempt, isPending } from '../../common/attempt.js';
import { insideScope } from '../access/access-policy.js';
import type { Explainer } from '../explain/explainer.js';
import type { History } from '../explain/history.js';
import { isInsideLoad } from '../loading/load-nesting.js';
import type { Loads } from '../loading/loads.js';
import { CallTags, ManyKeysCall, OneKeyCall } from '../loading/read-call.js';
import type { Loader, ManyLoader, ReadCall } from '../loading/read-call.js';
import type { ReadSettings } from '../loading/read-settings.js';
import type { RefreshSurroundings } from '../loading/refresh-context.js';
import type { LoadOptions } from '../options/load-options.js';
import { resolveVerify } from '../options/verify-option.js';
import type { ResolvedVerify, VerifyOptions } from '../options/verify-option.js';
import type { Place } from '../stores/entry-place.js';
import type { CacheEnvironment } from '../support/cache-environment.js';
import { differences } from './differences.js';

/** Loaders that are called at once to compare with. */
const MOST_LOADS = 2;
/** Keys that are being compared, most of which wait. Hits that are picked beyond it are let go. */
const MOST_KEYS = 100;
/** Entries that were found out of date, so that each is told once. */
const MOST_TOLD = 1_000;

/** What comparing needs of a cache. */
export interface VerifyParts<V> extends Pick<CacheEnvironment, 'reporter' | 'timers' | 'random'> {
  readonly active: () => boolean;
  readonly loads: Loads<V>;
  readonly settings: ReadSettings<V>;
  readonly explainer: Pick<Explainer<V>, 'explain'>;
  readonly history: History | undefined;
  /** The last of them is the one that every value is stored in. */
  readonly places: readonly Place<V>[];
  readonly surroundings: RefreshSurroundings;
}

/** An entry that a read would hit. */
interface Found<V> {
  readonly value: V;
  readonly generation: number;
  /** Of a generation, when it was stored: 0 where that is not known. */
  readonly storedAt: number;
}

/**
 * Compares hits with their source, to find what no cache can: a writer that does not invalidate.
 *
 * A difference alone says nothing: a commit and its invalidation are two steps, and in between every hit differs. So it
 * counts only when the very same entry is still there after a delay, and a second call of the loader differs from it as
 * well. An invalidation ends the entry, and a refresh leaves another.
 *
 * The loader is called behind its caller, as for a refresh: never inside a transaction, whose rows no other reader
 * sees, nor inside a load. What it returns is compared as it would be stored and read, and is not stored.
 */
export class Verifier<V> {
  private readonly busy = new Set<string>();
  private readonly told = new Map<string, string>();
  private readonly waiting: (() => void)[] = [];
  private loading = 0;

  private readonly options: ResolvedVerify;

  constructor(
    options: VerifyOptions,
    private readonly parts: VerifyParts<V>,
  ) {
    this.options = resolveVerify(options);
  }

  /** A read of the key has begun: it may be picked. Never throws, and waits for nothing. */
  look(key: string, loader: Loader<V>, options: LoadOptions<V>): void {
    if (!this.picks(key)) return;
    const { settings, reporter } = this.parts;
    this.begin(key, () => {
      const reading = settings.of(options);
      if (reading.when?.(key) === false) return undefined;
      return new OneKeyCall(key, loader, options, reading, false, this.tags(reporter.namespace));
    });
  }

  /** The same, of many keys, of which each may be picked. */
  lookMany(keys: readonly string[], loader: ManyLoader<V>, options: LoadOptions<V>): void {
    if (!Array.isArray(keys)) return;
    const { settings, reporter } = this.parts;
    for (const key of keys as readonly string[]) {
      if (!this.picks(key)) continue;
      this.begin(key, () => {
        const reading = settings.of(options);
        if (reading.when?.(key) === false) return undefined;
        return new ManyKeysCall(loader, options, 'absent', reading, false, this.tags(reporter.namespace));
      });
    }
  }

  private picks(key: string): boolean {
    const { random, active } = this.parts;
    if (random() >= this.options.sample || !active() || insideScope() || isInsideLoad()) return false;
    // One that is being loaded is no hit.
    const isFree = !this.busy.has(key) && this.parts.loads.at(key) === undefined;
    return typeof key === 'string' && isFree && this.busy.size < MOST_KEYS;
  }

  private begin(key: string, callOf: () => ReadCall<V> | undefined): void {
    this.busy.add(key);
    this.parts.surroundings.leaveCaller(() => {
      void this.verify(key, callOf)
        // A loader, a store or an option that fails says nothing of the entry.
        .catch(() => undefined)
        .then(() => this.busy.delete(key));
    });
  }

  private async verify(key: string, callOf: () => ReadCall<V> | undefined): Promise<void> {
    const call = callOf();
    const first = call && (await this.find(key));
    if (call === undefined || first === undefined || this.told.get(key) === nameOf(first)) return;
    const { reporter } = this.parts;
    const isSame = await this.compare(key, first, call);
    if (isSame === undefined) return;
    reporter.checked();
    if (isSame.length === 0) return;
    await this.delay();
    const second = await this.find(key);
    if (second === undefined || !isOne(first, second)) return;
    const paths = await this.compare(key, second, call);
    if (paths === undefined || paths.length === 0) return;
    // The loader takes time, too.
    const last = await this.find(key);
    if (last !== undefined && isOne(second, last)) this.tell(key, last, paths);
  }

  /** Where the entry differs from what the loader returns now. `undefined`: it returns nothing to compare with. */
  private async compare(key: string, { value }: Found<V>, call: ReadCall<V>): Promise<readonly string[] | undefined> {
    const loaded = await this.load(key, call);
    const place = this.parts.places.at(-1);
    if (loaded === undefined || place === undefined) return undefined;
    return differences(value, place.replay(key, loaded));
  }

  private async load(key: string, call: ReadCall<V>): Promise<V | undefined> {
    while (this.loading >= MOST_LOADS) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (!this.parts.active()) return undefined;
    this.loading++;
    try {
      return await this.loadWithin(key, call);
    } finally {
      this.loading--;
      this.waiting.shift()?.();
    }
  }

  /** Each load in a context of its own: what a library keeps in one would answer the second time what it had before. */
  private loadWithin(key: string, call: ReadCall<V>): Promise<V | undefined> {
    const { loads, reporter, surroundings } = this.parts;
    return new Promise((resolve) => {
      const start = async (): Promise<void> => {
        const load = loads.start(call.plan(new Map([[key, 0]]), 'bypass', reporter));
        const failed = await attempt(() => load.ended);
        resolve(failed instanceof Error ? undefined : load.take(key, false));
      };
      surroundings.run(start, () => resolve(undefined));
    });
  }

  /** What a read would hit. Not one past its soft ttl: that is about to be loaded anew. */
  private async find(key: string): Promise<Found<V> | undefined> {
    const { hit, value, copies } = await this.parts.explainer.explain(key, { value: true });
    const copy = copies.find(({ refused }) => refused === undefined);
    if (!hit || value === undefined || copy?.generation === undefined || copy.freshness === 'expired') return undefined;
    return { value, generation: copy.generation, storedAt: copy.storedAt ?? 0 };
  }

  private delay(): Promise<void> {
    const { timers } = this.parts;
    return new Promise((resolve) => timers.set(resolve, this.options.delayMs).unref());
  }

  private tell(key: string, found: Found<V>, paths: readonly string[]): void {
    this.told.set(key, nameOf(found));
    const [oldest] = this.told.size > MOST_TOLD ? this.told.keys() : [];
    if (oldest !== undefined) this.told.delete(oldest);
    const { reporter, history } = this.parts;
    const mismatch = reporter.mismatch({ key, generation: found.generation, paths, history: history?.of(key) });
    const told = this.options.onMismatch?.(mismatch);
    if (isPending(told)) told.then(undefined, () => undefined);
  }

  private tags(namespace: string): CallTags | undefined {
    return this.parts.settings.isTagged ? new CallTags(namespace, [], true) : undefined;
  }
}

/** Whether it is one entry: under one generation a value may be stored twice, with a stamp or without. */
function isOne<V>(one: Found<V>, other: Found<V>): boolean {
  return nameOf(one) === nameOf(other) && differences(one.value, other.value).length === 0;
}

function nameOf({ generation, storedAt }: Found<unknown>): string {
  return `${generation} ${storedAt}`;
}
