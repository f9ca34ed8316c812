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
import { DELTA_MS, SimulatedRegistry } from '../simulated-registry.js';
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

/** As `near` or `tiered`, with read leases. */
export function leased(kind: 'near' | 'tiered', library: Library): Topology {
  return {
    name: `${kind} with read leases`,
    hasStates: true,
    neverHeals: true,
    open: (stage) => open(kind, library, stage),
  };
}

function open(kind: 'near' | 'tiered', library: Library, stage: Stage): LeasedWorld {
  const server = new SimulatedServer(stage);
  const registry = new SimulatedRegistry(stage);
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
    const generations = late(new SimulatedGenerationStore(server, kind === 'tiered'), stage, process, {
      readLeases,
    });
    const atomic = timed(late(new SimulatedAtomicStore(server), stage, process, {}));
    const stores =
      kind === 'near'
        ? { provider: near, generations }
        : { provider: new SimulatedProvider(server, atomic), generations, near };
    return new CasSubject(library, stores, stage, { timers: own });
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

const READS = new Set(['current', 'currentMany', 'read', 'readMany']);

/** What is read arrives later than it was read: an announcement may come in between. */
function late<T extends object>(
  store: T,
  stage: Stage,
  process: number,
  besides: { readonly readLeases?: GenerationStore['readLeases'] },
): T {
  return new Proxy(store, {
    get: (target, property) => {
      if (property === 'readLeases') return besides.readLeases;
      const found: unknown = Reflect.get(target, property, target);
      if (typeof found !== 'function') return found;
      const call = found.bind(target) as Call;
      if (!READS.has(String(property))) return call;
      return async (...args: unknown[]) => {
        const answer = await call(...args);
        await stage.step({ place: `process ${process}`, call: 'the reply arrives' }, () => undefined);
        return answer;
      };
    },
  });
}
