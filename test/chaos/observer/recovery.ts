import { hasIntents } from '../app/protocol.js';
import type { Contender } from '../app/protocol.js';

/** How long every replica took to serve a hit again, in every topology. `undefined`: it never did, within reason. */
export interface Recovered {
  readonly plainMs: number | undefined;
  /** With intents: writers that were lost with their cells may be at work for one lease more. */
  readonly intentsMs: number | undefined;
  /** Who was the last without intents, and in which replica; or some who have served none, as `replica/contender`. */
  readonly last: string;
}

/** Waits for the first hit of each contender in each replica. */
export class Recovery {
  private readonly begun = performance.now();
  private readonly waitingFor: Set<string>;
  private readonly last = { plain: 0, intents: 0 };
  private lastPlain = '';
  private done = (): void => undefined;
  private readonly all = new Promise<void>((resolve) => (this.done = resolve));

  constructor(
    readonly mark: number,
    replicas: readonly number[],
    contenders: readonly Contender[],
  ) {
    this.waitingFor = new Set(replicas.flatMap((replica) => contenders.map((contender) => `${replica}/${contender}`)));
  }

  hit(replica: number, contender: Contender): void {
    if (!this.waitingFor.delete(`${replica}/${contender}`)) return;
    this.last[hasIntents(contender) ? 'intents' : 'plain'] = performance.now() - this.begun;
    if (!hasIntents(contender)) this.lastPlain = `${contender} in replica ${replica}`;
    if (this.waitingFor.size === 0) this.done();
  }

  async within(ms: number): Promise<Recovered> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.all, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
    clearTimeout(timer);
    const missing = [...this.waitingFor];
    return {
      plainMs: missing.some((name) => !name.endsWith('+intents')) ? undefined : this.last.plain,
      intentsMs: missing.some((name) => name.endsWith('+intents')) ? undefined : this.last.intents,
      last: missing.length === 0 ? this.lastPlain : `all but ${missing.slice(0, 4).join(', ')}`,
    };
  }
}
