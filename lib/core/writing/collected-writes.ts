import type { Timers } from '../../common/timers.js';
import { withTimeout } from '../support/with-timeout.js';

/** What a scope has collected for one cache, and has not carried out yet. */
export interface Collected {
  /** Keys to be invalidated or opened. A clear counts as one. */
  readonly size: number;
}

/** What all running scopes have collected for one cache: a cache that closes waits for it. */
export class CollectedWrites {
  private readonly all = new Set<Collected>();
  private carriedOut: (() => void) | undefined;

  constructor(private readonly timers: Timers) {}

  /** Keys that are still to be carried out. */
  get size(): number {
    let size = 0;
    for (const one of this.all) size += one.size;
    return size;
  }

  add(one: Collected): void {
    this.all.add(one);
  }

  /** It was carried out, or is carried out with that of another scope. */
  delete(one: Collected): void {
    this.all.delete(one);
    if (this.carriedOut !== undefined && this.size === 0) this.carriedOut();
  }

  /** Resolves when everything was carried out, or after so many milliseconds. */
  async wait(ms: number): Promise<void> {
    if (this.size === 0) return;
    const done = new Promise<void>((resolve) => {
      this.carriedOut = resolve;
    });
    await withTimeout(done, ms, this.timers);
  }
}
