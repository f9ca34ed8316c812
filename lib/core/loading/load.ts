import type { Generation } from '../../contracts/generation-store.js';
import { Latch } from '../support/latch.js';
import { asError } from '../../common/attempt.js';
import { CasLoadTimeoutError } from '../../errors.js';
import type { Awaited } from './load-nesting.js';
import type { LoadReport } from './load-report.js';
import type { TagStamp } from '../../contracts/tag-store.js';
import type { LoadTags } from './load-tags.js';
import { stampOfKept } from './previous-values.js';
import type { PreviousValues } from './previous-values.js';

/** Whose loads they are. */
export interface LoadOwner<V> {
  /** Makes a value private, one that may be shared. */
  copy(value: V): V;
  /** Whether several callers may have it: not a stream, say, nor what no copy can be made of. */
  mayBeShared(value: V): boolean;
  /** Told once, when it is over. */
  forget(load: Load<V>): void;
}

/**
 * The generations that the values of a load are filled under: 0 for nothing to fill under, `undefined` until it is
 * known.
 */
export type Observed = Map<string, Generation | undefined>;

/**
 * One run of a loader, for one key or many, and the callers that wait for it.
 *
 * It may be joined for a key as long as its loader was not called: what that returns is newer than every caller that
 * came before. Once it was called, only by a caller that read, after arriving, the very generation that the load fills
 * under: so the key was not invalidated since, here or elsewhere. The same holds from the beginning where its loader
 * may keep what the cache had before.
 */
export class Load<V> implements Awaited {
  readonly waitsFor: Awaited[] = [];
  /**
   * A caller joined for which the stores are not there. It does not wait for what they may still say to the callers
   * before it.
   */
  readonly skipSnapshot = new Latch();
  /** Among the loads of its owner. */
  id = 0;
  /** From the call of its loader on, where a hook asks for it. */
  report: LoadReport | undefined;
  /** Calls that joined it. */
  joiners = 0;
  /** The loader has ended, will never be called, or is past its time. What it returned may not be stored yet. */
  readonly loaded = new Latch();
  private state: 'preparing' | 'running' | 'over' = 'preparing';
  /** Until then it is younger than any that has begun. */
  private begunAt = Infinity;
  private callers = 0;
  private goesOnAlone = false;
  /** Its time was over before it has ended. */
  overran = false;
  /** How often the key was read again, to see whether another replica has loaded it meanwhile. */
  private reads = 0;
  /** Which of these reads found the value; without end where it was loaded here. */
  private foundBy = Infinity;
  private values: ReadonlyMap<string, V> | undefined;
  private joined: Set<string> | undefined;
  /** Copies for the callers that joined, made before any of them could change the values. */
  private copies: Map<string, V> | undefined;
  /** The joined keys whose value is for the caller alone that began the load. */
  private unshareable: Set<string> | undefined;
  private controller: AbortController | undefined;
  /** Its time is over, and its loader goes on. */
  private readonly late = new Latch();
  /** Its loader was handed the signal, and so is told when no caller waits any more. */
  private isTold = false;
  private reason: { readonly error: unknown } | undefined;
  /** What it failed with, when it is over. */
  private failure: { readonly error: unknown } | undefined;
  private end: Promise<void> | undefined;
  private ending: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  /**
   * @param manySource the caller's function where it answers for the keys that it knows, and only for those
   * @param tags only in a namespace with tags
   * @param previous of a load in the place of older hits
   */
  constructor(
    readonly owner: LoadOwner<V>,
    readonly observed: Observed,
    private readonly manySource?: unknown,
    readonly tags?: LoadTags | undefined,
    readonly previous?: PreviousValues<V> | undefined,
  ) {}

  /**
   * Resolves when the values are there, and stored where they could be. Made when it is first asked for: a load that no
   * caller waits for fails in silence.
   */
  get ended(): Promise<void> {
    this.end ??= this.untilItEnds();
    return this.end;
  }

  /** As `ended`, for the call that began the load: it rejects as well when the time of the load is over. */
  get endedInTime(): Promise<void> {
    const late = this.late.wait().then(() => {
      throw asError(this.reason?.error);
    });
    return Promise.race([this.ended, late]);
  }

  /** Whether its loader is still to be called. */
  get isWaiting(): boolean {
    return this.state === 'preparing';
  }

  /** How long its loader has been running. */
  tookMs(now: number): number {
    return now - this.begunAt;
  }

  /** The keys whose generation is not known yet. */
  get unobserved(): string[] | undefined {
    const keys = Array.from(this.observed.keys()).filter((key) => this.observed.get(key) === undefined);
    return keys.length === 0 ? undefined : keys;
  }

  get isOfMany(): boolean {
    return this.manySource !== undefined;
  }

  /** Whether a key that it did not load may be known to another loader. */
  mayNotKnow(source: unknown): boolean {
    return this.isOfMany && this.manySource !== source;
  }

  get isOver(): boolean {
    return this.state === 'over';
  }

  /** Whether its values may be older than a caller that comes now. */
  get mayBeOlder(): boolean {
    return this.state !== 'preparing' || this.previous !== undefined;
  }

  /**
   * Whether generations allow it. In a namespace with tags these have to allow it, too.
   *
   * @param since when a load must have begun, to be young enough to be joined
   */
  mayBeJoined(key: string, seen: Generation | undefined, since: number): boolean {
    if (this.isOver) return false;
    if (!this.mayBeOlder) return true;
    return seen !== undefined && seen !== 0 && this.observed.get(key) === seen && this.begunAt >= since;
  }

  /**
   * By which a caller may tell whether its tags allow that it has the value: one that was kept is as old as its entry.
   */
  stampOf(key: string): TagStamp | undefined {
    const stamp = this.tags?.stampOf(key);
    const entry = this.previous?.keptHit(key)?.tagged;
    return stamp === undefined || entry === undefined ? stamp : stampOfKept(entry, stamp.tags);
  }

  /** Made when it is first asked for. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.reason !== undefined) this.controller.abort(this.reason.error);
    return this.controller.signal;
  }

  /** As `signal`. What a loader returns that was told is no value to be stored, but what it makes of being told. */
  signalForLoader(): AbortSignal {
    this.isTold = true;
    const { signal } = this;
    if (this.overran) this.abort(this.reason?.error);
    return signal;
  }

  /** The loader is called now. @throws why it must not be */
  begin(now: number): void {
    if (this.reason !== undefined) throw asError(this.reason.error);
    this.state = 'running';
    this.begunAt = now;
  }

  /** A caller waits for the keys: the one that began the load, or one that joined. Answers its ticket. */
  enter(keys: readonly string[], joins: boolean): number {
    this.callers++;
    if (joins) {
      this.joiners++;
      this.joined ??= new Set();
      for (const key of keys) this.joined.add(key);
    }
    return this.reads;
  }

  /** A read of the key begins. */
  readAgain(): void {
    this.reads++;
  }

  /**
   * Whether the values are newer than the caller that got this ticket. A read that had begun before that caller came
   * proves nothing to it.
   */
  proves(ticket: number): boolean {
    return ticket < this.foundBy;
  }

  /** The caller gave up. A load without a waiting caller is told so, and ends. */
  leave(reason: unknown): void {
    if (--this.callers === 0 && !this.goesOnAlone) this.abort(reason);
  }

  /** From now on it goes on although no caller waits for it. */
  goOnWithoutCallers(failed: (cause: unknown) => void): void {
    if (!this.goesOnAlone) this.endedInTime.catch(failed);
    this.goesOnAlone = true;
  }

  /**
   * The time of the load is over. A loader that is not told goes on: what it returns may still be stored, and is for
   * the callers that join meanwhile, each for as long as it waits. The call that began the load gets the error.
   *
   * @returns whether it goes on
   */
  overrun(error: unknown): boolean {
    if (this.state !== 'running' || this.isTold) {
      this.abort(error);
      return false;
    }
    this.report?.end('timed-out', error);
    this.reason = { error };
    this.goesOnAlone = true;
    this.overran = true;
    this.late.release();
    this.loaded.release();
    return true;
  }

  /** Every waiting caller gets the error, and the loader is told. Whatever it still returns is dropped. */
  abort(error: unknown): void {
    if (this.isOver) return;
    this.reason = { error };
    this.report?.end(error instanceof CasLoadTimeoutError ? 'timed-out' : 'aborted', error);
    this.fail(error);
    this.controller?.abort(error);
  }

  /** The last read has found the key. */
  endWith(key: string, value: V): void {
    this.foundBy = this.reads;
    this.succeed(new Map([[key, value]]));
  }

  succeed(values: ReadonlyMap<string, V>): void {
    if (this.isOver) return;
    this.values = values;
    for (const key of this.joined ?? []) if (values.has(key)) this.prepareToShare(key, values.get(key) as V);
    this.close();
    this.ending?.resolve();
  }

  fail(error: unknown): void {
    if (this.isOver) return;
    this.failure = { error };
    this.close();
    this.ending?.reject(error);
  }

  /**
   * Whether a caller that joined gets nothing for the key, because the value cannot be had twice: it runs its own
   * loader.
   */
  isForOneOnly(key: string, joined: boolean): boolean {
    return joined && this.unshareable?.has(key) === true;
  }

  /** What was loaded for the key, when the load has ended. A caller that joined gets a copy of its own. */
  take(key: string, joined: boolean): V | undefined {
    if (!joined || this.copies?.has(key) !== true) return this.values?.get(key);
    return this.owner.copy(this.copies.get(key) as V);
  }

  private prepareToShare(key: string, value: V): void {
    if (this.owner.mayBeShared(value)) (this.copies ??= new Map()).set(key, this.owner.copy(value));
    else (this.unshareable ??= new Set()).add(key);
  }

  private untilItEnds(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure.error as Error);
    return this.isOver ? Promise.resolve() : new Promise((resolve, reject) => (this.ending = { resolve, reject }));
  }

  private close(): void {
    this.state = 'over';
    this.loaded.release();
    this.owner.forget(this);
  }
}
