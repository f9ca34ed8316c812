import type { AtomicStore } from '../../../../lib/contracts/atomic-store.js';
import type { GenerationStore } from '../../../../lib/contracts/generation-store.js';
import type { LeaseMember } from '../../../../lib/redis/leases/member.js';
import { CasSubject } from '../cas-subject.js';
import { ExposedServer } from '../exposed-server.js';
import type { Library } from '../library.js';
import { valuesOf } from '../local-stores.js';
import { storageKey } from '../namespace.js';
import { ProcessTimers } from '../process-timers.js';
import { Processes } from '../processes.js';
import { scheduled } from '../scheduled.js';
import { SimulatedGenerationStore } from '../simulated-generations.js';
import { DELTA_MS, SimulatedFollower, SimulatedRegistry } from '../simulated-registry.js';
import { SimulatedServer } from '../simulated-server.js';
import { SimulatedAtomicStore, SimulatedProvider } from '../simulated-stores.js';
import type { Stage } from '../stage.js';
import type { Topology, World } from '../world.js';

const COUNT = 2;
type Call = (...args: unknown[]) => Promise<unknown>;

/** A world whose processes hold read leases. Programs move its time, its messages and its faults. */
export interface LeasedWorld extends World {
  readonly registry: SimulatedRegistry;
  readonly members: readonly LeaseMember[];
  /** Time passes in all processes, and what is due rings. */
  tick(ms: number): void;
}

export interface LeasedOptions {
  /**
   * Whether the server is sent announcements behind bumps, as one Redis is, or apart, as a Cluster is. Default: true.
   */
  readonly carries?: boolean;
  /** Whether the namespace has tags. */
  readonly tags?: true | 'everywhere';
}

/** As `near` or `tiered`, with read leases. */
export function leased(kind: 'near' | 'tiered', library: Library, options: LeasedOptions = {}): Topology {
  const { carries = true, tags } = options;
  const named = tags === undefined ? '' : `, with tags${tags === true ? '' : ' everywhere'}`;
  return {
    name: `${kind} with read leases${carries ? '' : ' and announcements apart'}${named}`,
    // What a process remembers of tags is in no history of its actors.
    hasStates: tags === undefined,
    neverHeals: tags === undefined,
    open: (stage) => open(kind, library, stage, options),
  };
}

function open(
  kind: 'near' | 'tiered',
  library: Library,
  stage: Stage,
  { carries = true, tags }: LeasedOptions,
): LeasedWorld {
  const server = new SimulatedServer(stage);
  const registry = new SimulatedRegistry(stage, () => server.tags.current());
  const members: LeaseMember[] = [];
  const timers = Array.from({ length: COUNT }, () => new ProcessTimers(registry.clock, true));
  const processes = new Processes(COUNT, (process) => {
    const own = timers[process] as ProcessTimers;
    let tokens = 0;
    const readLeases: GenerationStore['readLeases'] = {
      join: (user) => {
        const token = (): string => `${process}-${tokens++}`;
        const options = { timers: own, deltaMs: DELTA_MS, token };
        const member = new library.LeaseMember(registry.wire(process), user, options);
        members[process] = member;
        return member;
      },
    };
    const near = scheduled('near', valuesOf(library), stage, 'all');
    const behind = { stage, process, carries };
    const store = new SimulatedGenerationStore(server, kind === 'tiered');
    const intents = late(store.intents, behind);
    const ownTags = late(store.tags, behind);
    const generations = late(store, behind, { readLeases, intents, tags: { of: () => ownTags } });
    const atomic = timed(late(new SimulatedAtomicStore(server), behind));
    const stores =
      kind === 'near'
        ? { provider: near, generations }
        : { provider: new SimulatedProvider(server, atomic), generations, near };
    return new CasSubject(library, stores, stage, { timers: own, tags });
  });
  return {
    processes,
    registry,
    members,
    tick: (ms) => {
      registry.clock.time += ms;
      for (const process of processes.numbers) registry.note(process, `it is ${registry.clock.time}`);
      for (const own of timers) own.ringDue();
    },
    disasters: {
      loseGeneration: (key) => server.cells.lose(storageKey(key)),
      loseValue: (key) => void server.entries.delete(storageKey(key)),
      flush: () => {
        server.flush();
        registry.lose();
      },
      loseTagClock: () => server.tags.lose('clock'),
      loseTagTable: () => server.tags.lose('table'),
      pruneTags: () => server.tags.prune(),
      setTagsBack: () => server.tags.setBack(),
    },
    server: new ExposedServer(server),
    answersAtOnce: false,
    text: () => `${server.text()}\n${registry.text()}`,
    restart: (process) => processes.restart(process),
    close: () => undefined,
  };
}

/** As Redis does, reads answer in the same step how long an entry still has. */
function timed(store: AtomicStore): AtomicStore {
  const reads: AtomicStore['timed'] = {
    read: async (key) => ({ ...(await store.read(key)), remainingMs: 60_000 }),
    readMany: async (keys) =>
      (await store.readMany(keys)).map((found) => (found instanceof Error ? found : { ...found, remainingMs: 60_000 })),
  };
  return new Proxy(store, {
    get: (target, property) => (property === 'timed' ? reads : (Reflect.get(target, property) as unknown)),
  });
}

function carrying(call: Call): Call {
  return async (...args) => {
    const follower = args.find((one) => one instanceof SimulatedFollower);
    const answer = await call(...args.filter((one) => one !== follower));
    const wentWell = ![answer].flat().some((one) => one instanceof Error);
    if (follower !== undefined && wentWell) await follower.carry();
    return answer;
  };
}

/** What may be followed. */
const BUMPS = new Set(['bump', 'bumpMany', 'invalidate', 'invalidateMany', 'open']);
const READS = new Set(['current', 'currentMany', 'read', 'readMany', 'catchUp']);

interface Way {
  readonly stage: Stage;
  readonly process: number;
  readonly carries: boolean;
}

/**
 * What is read arrives later than it was read: an announcement may come in between. What follows bumps is carried out
 * after them, and before their replies arrive.
 */
function late<T extends object>(store: T, { stage, process, carries }: Way, besides: object = {}): T {
  return new Proxy(store, {
    get: (target, property) => {
      if (property in besides) return Reflect.get(besides, property) as unknown;
      const found: unknown = Reflect.get(target, property, target);
      if (typeof found !== 'function') return found;
      const call = found.bind(target) as Call;
      if (!READS.has(String(property))) return carries && BUMPS.has(String(property)) ? carrying(call) : call;
      return async (...args: unknown[]) => {
        const answer = await call(...args);
        await stage.step({ place: `process ${process}`, call: 'the reply arrives' }, () => undefined);
        return answer;
      };
    },
  });
}
