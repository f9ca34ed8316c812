import type { Awaitable } from '../../contracts/awaitable.js';
import { askOptional } from './ask-optional.js';
import { Deadlines } from './deadlines.js';
import { SYSTEM_TIMERS } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';

/** So many reads in a row have to fail. */
const FAULTS = 5;
const BETWEEN_PROBES_MS = 100;
/** A probe that is not answered for so long is followed by another, however patient the reads are. */
const PROBE_PATIENCE_MS = 250;

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
  /** What was wanted of it last: it may be a key that fails by itself, but not for ever. */
  key: string;
}

/**
 * Keeps callers from waiting for stores that do not answer. After several faults in a row reads and fills go past them
 * at once; a probe in the background, with a key that was wanted, brings them back. No read ever waits for a probe,
 * which is why this is not one of the libraries: theirs let the next calls try.
 *
 * Stores of several parts, such as the nodes of a Cluster, have a breaker for each. While nothing fails it costs a look
 * at an empty map. Keys are storage keys.
 */
export class Breaker {
  private readonly parts = new Map<string | undefined, Part>();
  private readonly listeners = new Map<BreakerListener, (cause: unknown) => void>();
  private readonly deadlines: Deadlines;
  private readonly patience: Deadlines;
  private anyOpen = false;
  private readonly onFault = (cause: unknown): void => {
    for (const tell of this.listeners.values()) tell(cause);
  };

  constructor(
    private readonly stores: ProbedStores,
    timeoutMs: number,
    private readonly timers: Timers = SYSTEM_TIMERS,
  ) {
    this.deadlines = new Deadlines(timeoutMs, timers);
    this.patience = new Deadlines(Math.min(timeoutMs, PROBE_PATIENCE_MS), timers);
  }

  /** Nothing failed since the last success. */
  get quiet(): boolean {
    return this.parts.size === 0;
  }

  get isOpen(): boolean {
    return this.anyOpen;
  }

  refuses(key: string): boolean {
    const part = this.openPart(key);
    if (part === undefined) return false;
    part.key = key;
    return true;
  }

  /** As `refuses`, for a look: the key counts as not wanted. */
  isOpenFor(key: string): boolean {
    return this.openPart(key) !== undefined;
  }

  failed(key: string): void {
    // Every cache has left; nothing would end the probes.
    if (this.listeners.size === 0) return;
    const name = this.partOf(key);
    const part = this.parts.get(name) ?? { faults: 0, open: false, key };
    this.parts.set(name, part);
    part.key = key;
    if (part.open || ++part.faults < FAULTS) return;
    part.open = true;
    this.notify(true, name);
    this.probeLater(name, part);
  }

  /** The failures of one call: each part counts once, however many of the keys it has. */
  failedMany(keys: readonly string[]): void {
    const byPart = new Map(keys.map((key) => [this.partOf(key), key]));
    for (const key of byPart.values()) this.failed(key);
  }

  /** When a part is open, only a probe says that it is back. */
  succeeded(key: string): void {
    const name = this.partOf(key);
    if (this.parts.get(name)?.open === false) this.parts.delete(name);
  }

  /** @param onFault told why the stores could not say which part has a key: then it counts as one of no part */
  listen(listener: BreakerListener, onFault: (cause: unknown) => void = () => undefined): void {
    this.listeners.set(listener, onFault);
  }

  /** The last one to leave ends the probes. */
  leave(listener: BreakerListener): void {
    this.listeners.delete(listener);
    if (this.listeners.size > 0) return;
    this.parts.clear();
    this.anyOpen = false;
  }

  private openPart(key: string): Part | undefined {
    const part = this.anyOpen ? this.parts.get(this.partOf(key)) : undefined;
    return part?.open === true ? part : undefined;
  }

  private partOf(key: string): string | undefined {
    return askOptional(this.onFault, () => this.stores.generations.partOf?.(key), undefined);
  }

  private probeLater(name: string | undefined, part: Part): void {
    this.timers.set(() => void this.probe(name, part), BETWEEN_PROBES_MS).unref();
  }

  private async probe(name: string | undefined, part: Part): Promise<void> {
    if (this.parts.get(name) !== part) return;
    if (!(await this.patience.guard(this.asked(name, part), () => false))) this.probeLater(name, part);
  }

  /** What is answered in the time that reads have brings the part back, even if another probe has followed by then. */
  private async asked(name: string | undefined, part: Part): Promise<boolean> {
    // A key may have moved to another part; then this one has nothing to say of it, and that other has.
    const answered = this.partOf(part.key) !== name || (await this.answers(part.key));
    if (!answered || this.parts.get(name) !== part) return answered;
    this.parts.delete(name);
    this.notify(false, name);
    return true;
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

  private notify(open: boolean, part: string | undefined): void {
    this.anyOpen = [...this.parts.values()].some((other) => other.open);
    for (const listener of this.listeners.keys()) listener(open, part);
  }
}
