import { hasLeases } from '../app/protocol.js';
import type { Random } from '../random.js';
import type { Observer } from './observer.js';

const TICK_MS = 5;
/** Of each replica. */
const PER_SECOND = 250;
const MOST_UNANSWERED = 400;
const ROWS = 12;
/**
 * Read so seldom that what one learns of them by a question is not learned again before a lease is back: what a holder
 * forgot to begin anew shows there.
 */
const COLD_ROWS = 60;
const COLD_SHARE = 0.4;

/** Asks every replica for reads and writes of few, hot rows, and of cold ones, at a steady rate. */
export class Load {
  private timer: NodeJS.Timeout | undefined;
  private due = 0;
  private last = performance.now();

  constructor(
    private readonly observer: Observer,
    private readonly random: Random,
  ) {}

  start(): void {
    this.last = performance.now();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = performance.now();
    // After a pause of this process the load does not make up for it.
    this.due = Math.min(this.due + ((now - this.last) * PER_SECOND) / 1_000, PER_SECOND / 10);
    this.last = now;
    for (; this.due >= 1; this.due--) for (const replica of this.observer.replicas.keys()) this.ask(replica);
  }

  private ask(replica: number): void {
    const { observer, random } = this;
    const contender = random.pick([...observer.ours, 'cache-aside'] as const);
    const kind = random.next();
    const hot = (): string => `${contender}/${Math.floor(ROWS * random.next() ** 2)}`;
    const cold = (): string => `${contender}/cold${Math.floor(COLD_ROWS * random.next())}`;
    const row = (): string => (hasLeases(contender) && random.chance(COLD_SHARE) ? cold() : hot());
    const first = row();
    if (observer.unanswered(replica) > MOST_UNANSWERED) return;
    if (kind < 0.12 && !observer.onlyReading.has(replica)) observer.write(replica, contender, first);
    else if (kind < 0.88) observer.read(replica, contender, [first]);
    else observer.read(replica, contender, [...new Set([first, row(), row(), row()])]);
  }
}
