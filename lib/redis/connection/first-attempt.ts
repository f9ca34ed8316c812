import { runAfter } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';

/** How long what is durable waits for a vetting, in milliseconds. Well below the usual deadline of an operation. */
const PATIENCE_MS = 150;
/** So much of its deadline the rest waits: then there is time to say why it is refused. */
const SHARE = 0.8;

/** What waits while a server is connected to and vetted for the very first time. Later attempts hold nothing up. */
export class FirstAttempt {
  private isOver = false;
  private readonly durable = new Queue();
  private readonly others = new Queue();
  private readonly callOffs: (() => void)[] = [];

  constructor(private readonly timers: Timers) {}

  /** What a command has to wait for, if anything. */
  awaited(durable: boolean): Promise<void> | undefined {
    return (durable ? this.durable : this.others).wait();
  }

  /** The server is connected to; from now on it is vetted. Callers wait for `deadlineMs`, if they said so. */
  connected(deadlineMs: number | undefined): void {
    if (this.isOver) return;
    this.shutAfter(PATIENCE_MS, this.durable);
    if (deadlineMs !== undefined) this.shutAfter(SHARE * deadlineMs, this.others);
  }

  over(): void {
    this.isOver = true;
    for (const callOff of this.callOffs.splice(0)) callOff();
    this.durable.shut();
    this.others.shut();
  }

  private shutAfter(ms: number, queue: Queue): void {
    this.callOffs.push(runAfter(this.timers, ms, () => queue.shut()));
  }
}

class Queue {
  private readonly waiting: (() => void)[] = [];
  private isShut = false;

  wait(): Promise<void> | undefined {
    return this.isShut ? undefined : new Promise((resolve) => this.waiting.push(resolve));
  }

  shut(): void {
    this.isShut = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
