import { setTimeout as pause } from 'node:timers/promises';
import type { Commit } from '../app/database.js';
import { hasLeases } from '../app/protocol.js';
import type { Contender, ReadReply, ReplicaSettings, ReplicaVitals, Reply } from '../app/protocol.js';
import type { DatabaseProcess } from './database-process.js';
import { Judge } from './judge.js';
import { ReadWatch } from './read-watch.js';
import { Recovery } from './recovery.js';
import type { Recovered } from './recovery.js';
import { ReplicaProcess } from './replica-process.js';
import type { Tally } from './tally.js';

interface Asked {
  readonly replica: number;
  readonly contender: Contender;
  readonly rows: readonly string[];
  /** What may be returned, row by row. `undefined` for a write. */
  readonly floors: readonly number[] | undefined;
  readonly watch: ReadWatch | undefined;
  /** Whether old values are what is documented for now. */
  readonly excused: boolean;
}

/** Issues every read and write, and hears of every commit and acknowledgement: all that happens has one order here. */
export class Observer {
  readonly replicas = new Map<number, ReplicaProcess>();
  /** Replicas that are asked for no writes. */
  readonly onlyReading = new Set<number>();
  /** Called with every commit, after it was counted. */
  onCommit: (commit: Commit, contender: Contender) => void = () => undefined;
  /** Open cells may be lost without a sign: until they are settled, writes under them are as others. */
  private intentsMayBeLost = false;
  private readonly judge = new Judge();
  private readonly asked = new Map<number, Asked>();
  private readonly closing = new Set<number>();
  /** Who has been asked for vitals, and has not answered. */
  private readonly examined = new Map<number, (vitals: ReplicaVitals) => void>();
  private watch: ReadWatch | undefined;
  private recovery: Recovery | undefined;
  private count = 0;
  private excusedUntil = Number.NEGATIVE_INFINITY;

  constructor(
    database: DatabaseProcess,
    private readonly tally: Tally,
    /** Of ours, those that every replica has. */
    readonly ours: readonly Contender[],
  ) {
    database.onCommit = (commit) => this.committed(commit);
  }

  async start(settings: ReplicaSettings): Promise<void> {
    const { replica } = settings;
    this.closing.delete(replica);
    const started = await ReplicaProcess.start(settings, (reply) => this.hear(replica, reply));
    this.replicas.set(replica, started);
    void started.ended.then((end) => this.ended(replica, end));
  }

  read(replica: number, contender: Contender, rows: readonly string[]): void {
    const floors = rows.map((row) => this.judge.floor(contender, row, replica));
    const watch = contender === 'cache-aside' ? undefined : this.watch;
    const excused = contender !== 'cache-aside' && performance.now() < this.excusedUntil;
    this.ask({ replica, contender, rows, floors, watch, excused }, (id) => ({ op: 'read', id, contender, rows }));
  }

  write(replica: number, contender: Contender, row: string): void {
    const asked = { replica, contender, rows: [row], floors: undefined, watch: undefined, excused: false };
    this.ask(asked, (id) => ({ op: 'write', id, contender, row }));
  }

  /** What each replica holds. One that ends meanwhile is left out. */
  async vitals(): Promise<ReadonlyMap<number, ReplicaVitals>> {
    const found = new Map<number, ReplicaVitals>();
    await Promise.all(
      [...this.replicas].map(async ([replica, process]) => {
        const id = ++this.count;
        const answered = new Promise<void>((resolve) => {
          this.examined.set(id, (vitals) => {
            found.set(replica, vitals);
            resolve();
          });
        });
        process.send({ op: 'vitals', id });
        await Promise.race([answered, process.ended]);
        this.examined.delete(id);
      }),
    );
    return found;
  }

  /** Of this replica. */
  unanswered(replica: number): number {
    let count = 0;
    for (const asked of this.asked.values()) if (asked.replica === replica) count++;
    return count;
  }

  /** Watches the reads that begin while `work` lasts. */
  async watchReads(work: () => Promise<void>): Promise<ReadWatch> {
    const watch = new ReadWatch();
    this.watch = watch;
    this.markAll();
    await work();
    this.watch = undefined;
    return watch;
  }

  /** Waits until every replica has served hits again. */
  async recovered(ms: number): Promise<Recovered> {
    const mark = this.markAll();
    this.recovery = new Recovery(mark, [...this.replicas.keys()], this.ours);
    return this.recovery.within(ms);
  }

  /**
   * While `work` lasts, and until the writes that were under way then have ended, intents promise no more than others.
   */
  async losingIntents(work: () => Promise<void>): Promise<void> {
    this.intentsMayBeLost = true;
    await work();
    await this.writesEnded();
    this.intentsMayBeLost = false;
  }

  /** Resolves when the writes that are under way now have ended. */
  async writesEnded(): Promise<void> {
    const writes = [...this.asked].filter(([, { floors }]) => floors === undefined).map(([id]) => id);
    while (writes.some((id) => this.asked.has(id))) await pause(5);
  }

  /** Reads of ours that begin within `ms` from now may return what was true before. */
  excuseStale(ms: number): void {
    this.excusedUntil = performance.now() + ms;
  }

  /** Stops a replica, or has it go on. */
  signal(replica: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.replicas.get(replica)?.signal(signal);
  }

  /** A crash: what the replica was asked and has not answered is lost. */
  async kill(replica: number): Promise<void> {
    this.closing.add(replica);
    const process = this.replicas.get(replica);
    process?.kill();
    await process?.ended;
  }

  /** Waits for the answers that are due, and ends the replicas. */
  async stop(): Promise<void> {
    for (let tries = 0; this.asked.size > 0 && tries < 500; tries++) await pause(10);
    for (const { contender, rows, floors, replica } of this.asked.values()) {
      const what = floors === undefined ? 'write' : 'read';
      this.tally.errors.push(`a ${what} of ${rows.join()} (${contender}) in replica ${replica} was never answered`);
    }
    this.asked.clear();
    await Promise.all(
      [...this.replicas].map(async ([replica, process]) => {
        this.closing.add(replica);
        const end = await process.close();
        if (end !== 0) this.tally.errors.push(`replica ${replica} was closed, and ended with ${end}, not by itself`);
      }),
    );
  }

  /** At once, without a word. */
  abandon(): void {
    for (const [replica, process] of this.replicas) {
      this.closing.add(replica);
      process.kill();
    }
  }

  private ask(asked: Asked, request: (id: number) => Parameters<ReplicaProcess['send']>[0]): void {
    const process = this.replicas.get(asked.replica);
    if (process === undefined) return;
    const id = ++this.count;
    this.asked.set(id, asked);
    process.send(request(id));
  }

  private markAll(): number {
    const id = ++this.count;
    for (const process of this.replicas.values()) process.send({ op: 'mark', id });
    return id;
  }

  private hear(replica: number, reply: Reply): void {
    switch (reply.re) {
      case 'read':
        return this.heardRead(reply);
      case 'write':
        return this.heardWrite(reply);
      case 'error':
        this.asked.delete(reply.id);
        this.tally.errors.push(`replica ${replica}: ${reply.message}`);
        return undefined;
      case 'hit-again':
        if (reply.mark === this.recovery?.mark) this.recovery.hit(replica, reply.contender);
        return undefined;
      case 'pending':
        if (reply.owed === 0) this.judge.landed(reply.contender, replica);
        this.tally.owes(`${replica}/${reply.contender}`, reply.owed, reply.oldestMs);
        return undefined;
      case 'vitals':
        this.examined.get(reply.id)?.(reply.vitals);
        return undefined;
      case 'unreadable':
        this.tally.unreadable++;
        return undefined;
      case 'intent-lost':
        this.tally.lostIntents += reply.keys;
        return undefined;
      default:
    }
  }

  private heardRead(reply: ReadReply): void {
    const asked = this.asked.get(reply.id);
    this.asked.delete(reply.id);
    if (asked?.floors === undefined) return;
    const { contender, rows, floors, replica, watch, excused } = asked;
    const count = this.tally.count(contender);
    count.reads += rows.length;
    count.hits += reply.hits.filter(Boolean).length;
    watch?.add(rows.length, reply);
    rows.forEach((row, i) => {
      const [version, floor] = [reply.versions[i] as number, floors[i] as number];
      if (version >= floor) return;
      if (excused) {
        this.tally.excused++;
        return;
      }
      count.stale++;
      this.tally.sawStale({ contender, row, replica, version, floor, hit: reply.hits[i] === true });
    });
  }

  private heardWrite({ id, outcome, version, ms }: Extract<Reply, { re: 'write' }>): void {
    const asked = this.asked.get(id);
    this.asked.delete(id);
    if (asked === undefined) return;
    const { contender, replica } = asked;
    const [row] = asked.rows as [string];
    this.tally.count(contender)[outcome]++;
    if (hasLeases(contender)) this.tally.longestLeased = Math.max(this.tally.longestLeased, ms);
    if (outcome === 'acknowledged') this.judge.acknowledged(contender, row, version);
    if (outcome === 'unannounced') this.judge.owed(contender, row, replica, version);
  }

  private committed(commit: Commit): void {
    const contender = commit.row.slice(0, commit.row.indexOf('/')) as Contender;
    if (!this.intentsMayBeLost) this.judge.committed(contender, commit.row, commit.version);
    this.onCommit(commit, contender);
  }

  private ended(replica: number, end: number | string): void {
    if (!this.closing.has(replica)) this.tally.errors.push(`replica ${replica} ended by itself, with ${end}`);
    this.replicas.delete(replica);
    this.judge.died(replica);
    this.tally.forget(replica);
    for (const [id, asked] of this.asked) {
      if (asked.replica !== replica) continue;
      this.asked.delete(id);
      this.tally.lost++;
    }
  }
}
