import type { Follower } from '../../../lib/contracts/follower.js';
import type { TagClock } from '../../../lib/contracts/tag-store.js';
import { acknowledgementText } from '../../../lib/redis/leases/messages.js';
import { WRITERS_SHARE } from '../../../lib/redis/leases/wire.js';
import type {
  AnnounceAnswer,
  AnnouncementText,
  LeaseWire,
  Subscription,
  SubscriptionEvents,
} from '../../../lib/redis/leases/wire.js';
import type { Stage } from './stage.js';
import type { Part } from './step.js';

export const DELTA_MS = 300;
/** Longer than any lease, and than any writer waits. */
export const LONG_MS = 310;

/** What a store carries out behind its bumps. */
export class SimulatedFollower implements Follower {
  constructor(
    readonly carrier: unknown,
    readonly carry: () => Promise<void>,
  ) {}
}

/** What one process hears, and in which order. */
interface Line extends Subscription {
  readonly process: number;
  readonly holder: string;
  readonly events: SubscriptionEvents;
  /** `up`: the server publishes to it. `cut`: not any more, and the process has not noticed. */
  state: 'new' | 'up' | 'cut' | 'over';
  readonly messages: string[];
}

/**
 * The registry of read leases on a server, by the commands that lib/redis sends, and the channels of its namespace.
 * What is published arrives when it is delivered; acknowledgements arrive at once.
 */
export class SimulatedRegistry {
  readonly clock = { time: 0 };
  private registry: { id: string; since: number; readonly holders: Map<string, string> } | undefined;
  private made = 0;
  private lines: Line[] = [];

  /** @param tags what the clock of the tags on its server reads */
  constructor(
    private readonly stage: Stage,
    private readonly tags: () => TagClock | undefined = () => undefined,
  ) {}

  wire(process: number): LeaseWire {
    return {
      waitsForReplicas: false,
      hold: (holder, number, former) =>
        this.command(process, 'HOLD', [number], () => this.hold(holder, number, former)),
      announce: (id, text) => this.announcing(process, id, text),
      follower: (id, text, answered) =>
        new SimulatedFollower(this, async () => answered(await this.announcing(process, id, text))),
      reap: (registry, holders) => this.command(process, 'REAP', [], () => this.reap(registry, holders)),
      look: () => Promise.resolve(undefined),
      acknowledge: (writer, holder, id) => this.acknowledge(writer, holder, id),
      subscribe: (holder, events) => this.subscribe(process, holder, events),
      probe: () => Promise.resolve(undefined),
      close: () => undefined,
    };
  }

  /** What is next for a process, or that there is nothing. */
  deliver(process: number): string {
    const line = this.lines.find((one) => one.process === process && (one.state === 'up' || one.state === 'cut'));
    const text = line?.messages.shift();
    if (text !== undefined) line?.events.message(text);
    return text ?? 'nothing';
  }

  /** The server does not publish to the process any more. What it had published may still arrive. */
  cut(process: number): void {
    for (const line of this.lines) if (line.process === process && line.state === 'up') line.state = 'cut';
  }

  /** The process learns that its subscription is gone. */
  notice(process: number): void {
    const line = this.lines.find((one) => one.process === process && one.state === 'cut');
    if (line === undefined) return;
    this.note(process, 'notices');
    line.end();
    line.events.lost();
  }

  lose(): void {
    this.registry = undefined;
  }

  /** For the state of a run, which its processes do not tell. */
  note(process: number, line: string): void {
    this.stage.history.add({ actor: { process }, seat: -1, number: -1 } as unknown as Part, line);
  }

  text(): string {
    const { registry, lines, clock } = this;
    const held = registry && [registry.id, registry.since, ...[...registry.holders].flat()].join(' ');
    const heard = lines.map(({ process, holder, state, messages }) => [process, holder, state, ...messages].join(' '));
    return [clock.time, held ?? 'no registry', ...heard].join('\n');
  }

  private command<T>(process: number, call: string, args: readonly unknown[], run: () => T): Promise<T> {
    const name = { place: 'server', call, args: [process, ...args], remote: true };
    return this.stage.step(name, () => {
      const answer = run();
      this.note(process, call);
      return answer;
    });
  }

  private announcing(process: number, id: string, { to, isClocked }: AnnouncementText): Promise<AnnounceAnswer> {
    return this.command(process, 'ANNOUNCE', [id], () => {
      const clock = isClocked ? this.tags() : undefined;
      return this.announce(to(`w${process}`) + (clock === undefined ? '' : `;${clock.era};${clock.seq}`));
    });
  }

  private known(): NonNullable<SimulatedRegistry['registry']> {
    this.registry ??= { id: `r${++this.made}`, since: this.clock.time, holders: new Map() };
    return this.registry;
  }

  private hold(holder: string, number: number, former: string): void {
    const { id, holders } = this.known();
    const had = holders.has(holder);
    holders.set(holder, String(Math.max(number, Number(holders.get(holder) ?? 0))));
    holders.delete(former);
    for (const line of this.lines) {
      if (line.holder === holder && line.state === 'up') line.messages.push(`m;${number};${id};${had ? 1 : 0};s`);
    }
  }

  private announce(message: string): AnnounceAnswer {
    const { id, since, holders } = this.known();
    const youth = WRITERS_SHARE * DELTA_MS;
    for (const line of this.lines) if (line.state === 'up') line.messages.push(message);
    const young = Math.max(0, since + youth - this.clock.time);
    return { registry: id, young, holders: new Map(holders) };
  }

  private reap(registry: string, seen: ReadonlyMap<string, string>): number {
    const holders = this.registry?.id === registry ? this.registry.holders : new Map<string, string>();
    const gone = [...seen].filter(([holder, number]) => holders.get(holder) === number);
    for (const [holder] of gone) holders.delete(holder);
    return gone.length;
  }

  private acknowledge(writer: string, holder: string, id: string): void {
    const process = Number(writer.slice(1));
    this.note(process, `${holder} acknowledges ${id}`);
    const line = this.lines.find((one) => one.process === process && one.state === 'up');
    line?.events.message(acknowledgementText(holder, [id]));
  }

  private subscribe(process: number, holder: string, events: SubscriptionEvents): Subscription {
    const line: Line = { process, holder, events, state: 'new', messages: [], end: () => void (line.state = 'over') };
    this.lines = [...this.lines.filter(({ state }) => state !== 'over'), line];
    const up = (): void => {
      if (line.state === 'new') line.state = 'up';
    };
    const confirm = (): void => {
      this.note(process, 'confirmed');
      if (line.state !== 'over') events.confirmed('s');
    };
    void this.stage
      .step({ place: 'server', call: 'SUBSCRIBE', args: [process], remote: true }, up)
      .then(() => this.stage.step({ place: `process ${process}`, call: 'is confirmed' }, confirm));
    return line;
  }
}
