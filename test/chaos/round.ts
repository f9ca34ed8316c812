import { setTimeout as pause } from 'node:timers/promises';
import { hasLeases, hasTags, OURS } from './app/protocol.js';
import { startArena } from './arenas/arena.js';
import type { ArenaName } from './arenas/arena.js';
import { knowsTags } from './builds.js';
import type { Build } from './builds.js';
import type { Fault, Injected } from './faults/fault.js';
import { Endurance } from './endurance/endurance.js';
import type { DatabaseProcess } from './observer/database-process.js';
import { Load } from './observer/load.js';
import { Observer } from './observer/observer.js';
import type { Recovered } from './observer/recovery.js';
import type { Tally } from './observer/tally.js';
import type { LabOptions } from './options.js';
import type { Random } from './random.js';

const REPLICAS = [0, 1, 2];
/** Longer than anything has to take: what has not recovered by then has not recovered. */
const RECOVERY_MS = 8_000;
const LANDED_MS = 15_000;

export interface Injection extends Injected {
  readonly fault: Fault;
  readonly recovered: Recovered;
  /** When the last invalidation that had failed landed, from the end of the fault. `undefined`: none within reason. */
  readonly landedMs: number | undefined;
  /** Stale reads from its beginning until then, of ours and of the control. */
  readonly stale: number;
  readonly staleControl: number;
  /** The longest that a write took until no lease of another process stood for its key, where there are leases. */
  readonly longestMs: number | undefined;
}

/** What a round needs. */
export interface Laboratory {
  /** What the replicas run, in turn. */
  readonly builds: readonly Build[];
  readonly options: LabOptions;
  readonly random: Random;
  readonly database: DatabaseProcess;
  readonly tally: Tally;
  /** Whether to go on with another fault. */
  goOn(): boolean;
  /** Is told how to end at once what has been started. */
  onEnd(stop: () => Promise<void>): () => void;
  tell(injection: Injection): void;
  /** What processes and servers hold now. */
  tellVitals(line: string): void;
  /** What has become of that in a round. */
  judged(verdict: ReturnType<Endurance['verdict']>): void;
}

/**
 * Starts Redis servers and the replicas of the application, puts them under load, and injects the faults one by one.
 */
export async function playRound(lab: Laboratory, name: ArenaName, faults: Iterable<Fault>): Promise<void> {
  const { random, tally } = lab;
  const arena = await startArena(name, lab.options);
  const tags = lab.builds.every(knowsTags);
  // A commit that is given by name may be from before them.
  const leases = arena.leases && lab.options.builds.length === 0;
  const observer = new Observer(
    lab.database,
    tally,
    OURS.filter((contender) => (tags || !hasTags(contender)) && (leases || !hasLeases(contender))),
  );
  const load = new Load(observer, random);
  const endurance = new Endurance(name, { vitals: () => observer.vitals(), servers: arena.servers });
  const stopped = lab.onEnd(async () => {
    load.stop();
    observer.abandon();
    await arena.stop();
  });
  try {
    const startReplica = (replica: number): Promise<void> =>
      observer.start({
        replica,
        build: lab.builds[replica % lab.builds.length]?.folder,
        databasePort: lab.database.port,
        redis: arena.redis,
        tags,
        leases,
        options: arena.options,
      });
    await Promise.all(REPLICAS.map(startReplica));
    load.start();
    for (const fault of faults) {
      if (!lab.goOn()) break;
      await pause(random.between(700, 1_300));
      tally.during = fault.name;
      const control = tally.count('cache-aside');
      const [before, controlBefore] = [tally.stale.length, control.stale];
      tally.longestLeased = 0;
      const injected = await fault.inject({ arena, observer, random, tally, startReplica });
      const [recovered, landedMs] = await Promise.all([observer.recovered(RECOVERY_MS), tally.allLanded(LANDED_MS)]);
      const stale = tally.stale.length - before;
      const longestMs = leases ? tally.longestLeased : undefined;
      lab.tell({
        ...injected,
        fault,
        recovered,
        landedMs,
        stale,
        staleControl: control.stale - controlBefore,
        longestMs,
      });
      const vitals = await endurance.sample();
      if (vitals !== undefined) lab.tellVitals(vitals);
    }
    await pause(500);
    load.stop();
    await observer.stop();
    lab.judged(endurance.verdict());
  } finally {
    load.stop();
    observer.abandon();
    await arena.stop();
    stopped();
  }
}
