import type { Awaited } from './load-nesting.js';

/** One load that waits to be begun. */
interface Waiting {
  readonly begin: () => void;
}

/**
 * Lets so many loaders of a namespace run at once, and the others wait in the order in which they came.
 *
 * What a load or a transaction waits for is never held back: the source may be waiting for that one, which then would
 * wait for itself. So such loads begin at once, beyond the bound.
 */
export class LoadQueue {
  private readonly waiting = new Map<Awaited, Waiting>();
  private readonly urgent = new WeakSet<Awaited>();
  private running = 0;

  constructor(private readonly most: number) {}

  /** Resolves when the load may begin. It must be given up, or leave, in the end. */
  async enter(load: Awaited): Promise<void> {
    if (this.running >= this.most && !this.urgent.has(load)) {
      await new Promise<void>((begin) => this.waiting.set(load, { begin }));
    } else this.running++;
  }

  /** The load does not wait any more, although it may not begin either. Whether it was waiting. */
  giveUp(load: Awaited): boolean {
    const waiting = this.waiting.get(load);
    if (waiting === undefined) return false;
    this.begin(load, waiting);
    return true;
  }

  /** A loader that had entered has ended. */
  leave(): void {
    this.running--;
    const [next] = this.waiting;
    if (next !== undefined && this.running < this.most) this.begin(...next);
  }

  /** Something waits for the load that may not be held up: nor may what the load itself waits for. */
  hurry(load: Awaited): void {
    if (this.urgent.has(load)) return;
    this.urgent.add(load);
    this.giveUp(load);
    for (const other of load.waitsFor) this.hurry(other);
  }

  isUrgent(load: Awaited): boolean {
    return this.urgent.has(load);
  }

  private begin(load: Awaited, { begin }: Waiting): void {
    this.waiting.delete(load);
    this.running++;
    begin();
  }
}
