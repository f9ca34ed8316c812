import type { Awaitable } from '../contracts/awaitable.js';
import { Deadlines, SYSTEM_TIMERS } from './deadlines.js';
import type { Timers } from './deadlines.js';

/** So many reads in a row have to fail. */
const FAULTS = 5;
const BETWEEN_PROBES_MS = 100;
/** A probe that is not answered for so long failed, however patient the reads are. */
const PROBE_DEADLINE_MS = 250;

/** The stores that a breaker stands before. */
export interface ProbedStores {
  readonly provider: { get(key: string): Awaitable<unknown> };
  readonly generations: { current(key: string): Awaitable<unknown>; partOf?(key: string): string | undefined };
}

/** Told whenever the breaker of a part opens or closes. */
export type BreakerListener = (open: boolean, part: string | undefined) => void;

interface Part {
  faults: number;
  open: boolean;
}

/**
 * Keeps callers from waiting for stores that do not answer. After several faults in a row reads and fills go past them at
 * once; a probe in the background, with a key that failed, brings them back. No read ever waits for a probe, which is why
 * this is not one of the libraries: theirs let the next calls try.
 *
 * Stores of several parts, such as the nodes of a Cluster, have a breaker for each. While nothing fails it costs a look at
 * an empty map. Keys are storage keys.
 */
export class Breaker {
  private readonly parts = new Map<string | undefined, Part>();
  private readonly listeners = new Set<BreakerListener>();
  private readonly deadlines: Deadlines;
  private anyOpen = false;

  constructor(
    private readonly stores: ProbedStores,
    timeoutMs: number,
    private readonly timers: Timers = SYSTEM_TIMERS,
  ) {
    this.deadlines = new Deadlines(Math.min(timeoutMs, PROBE_DEADLINE_MS), timers);
  }

  /** Nothing failed since the last success. */
  get quiet(): boolean {
    return this.parts.size === 0;
  }

  get isOpen(): boolean {
    return this.anyOpen;
  }

  refuses(key: string): boolean {
    return this.anyOpen && this.parts.get(this.partOf(key))?.open === true;
  }

  failed(key: string): void {
    const name = this.partOf(key);
    const part = this.parts.get(name) ?? { faults: 0, open: false };
    this.parts.set(name, part);
    if (part.open || ++part.faults < FAULTS) return;
    part.open = true;
    this.tell(true, name);
    this.probeLater(key, name);
  }

  /** Of one call: each part counts once, however many of the keys it has. */
  failedMany(keys: readonly string[]): void {
    const byPart = new Map(keys.map((key) => [this.partOf(key), key]));
    for (const key of byPart.values()) this.failed(key);
  }

  /** Of a part that is open, only a probe says that it is back. */
  succeeded(key: string): void {
    const name = this.partOf(key);
    if (this.parts.get(name)?.open === false) this.parts.delete(name);
  }

  listen(listener: BreakerListener): void {
    this.listeners.add(listener);
  }

  /** The last one to leave ends the probes. */
  leave(listener: BreakerListener): void {
    this.listeners.delete(listener);
    if (this.listeners.size > 0) return;
    this.parts.clear();
    this.anyOpen = false;
  }

  private partOf(key: string): string | undefined {
    return this.stores.generations.partOf?.(key);
  }

  private probeLater(key: string, name: string | undefined): void {
    this.timers.set(() => void this.probe(key, name), BETWEEN_PROBES_MS).unref();
  }

  private async probe(key: string, name: string | undefined): Promise<void> {
    const part = this.parts.get(name);
    if (part?.open !== true) return;
    // A key may have moved to another part; then this one has nothing to say of it, and that other has.
    const answered = this.partOf(key) !== name || (await this.answers(key));
    if (this.parts.get(name) !== part) return;
    if (!answered) return this.probeLater(key, name);
    this.parts.delete(name);
    this.tell(false, name);
  }

  private answers(key: string): Promise<boolean> {
    const { provider, generations } = this.stores;
    const asked = async (): Promise<boolean> => {
      // Both in this tick, so that they can travel together.
      await Promise.all([provider.get(key), generations.current(key)]);
      return true;
    };
    return this.deadlines
      .guard(asked(), () => false)
      .then(undefined, (cause: unknown) => (cause as { code?: unknown }).code === 'CAS_MALFORMED_GENERATION');
  }

  private tell(open: boolean, part: string | undefined): void {
    this.anyOpen = [...this.parts.values()].some((other) => other.open);
    for (const listener of this.listeners) listener(open, part);
  }
}
