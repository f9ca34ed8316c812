import type { CasProvider } from '../../../../lib/contracts/provider.js';
import { CasSubject } from '../cas-subject.js';
import type { Library } from '../library.js';
import { valuesOf } from '../local-stores.js';
import { NAMESPACE, storageKey } from '../namespace.js';
import { Processes } from '../processes.js';
import { scheduled } from '../scheduled.js';
import {
  SimulatedAtomicStore,
  SimulatedGenerationStore,
  SimulatedProvider,
  SimulatedSteps,
} from '../simulated-clients.js';
import { SimulatedServer } from '../simulated-server.js';
import type { Stage } from '../stage.js';
import type { Topology, World } from '../world.js';

const PROCESSES = 2;

/** How the server answers for an entry and its generation: in one step, in one step for each, or it knows nothing of the other. */
export type Joined = 'atomic' | 'single steps' | 'apart';

/** Values in each process, generations on a server. */
export function near(library: Library): Topology {
  return {
    name: 'near',
    open: (stage) =>
      shared(library, stage, (server, own) => ({
        provider: scheduled('near', own(), stage),
        generations: new SimulatedGenerationStore(server),
      })),
  };
}

/** Entries and generations on a server. */
export function redis(library: Library, joined: Joined = 'atomic'): Topology {
  return {
    name: `redis${suffix(joined)}`,
    open: (stage) => shared(library, stage, (server) => stores(server, joined)),
  };
}

/** As `redis`, with values in each process in front. The core asks those at once whether they hold a key. */
export function tiered(library: Library, joined: Joined = 'atomic'): Topology {
  return {
    name: `tiered${suffix(joined)}`,
    open: (stage) =>
      shared(library, stage, (server, own) => ({
        ...stores(server, joined),
        near: scheduled('near', own(), stage, 'get'),
      })),
  };
}

function suffix(joined: Joined): string {
  return joined === 'atomic' ? '' : `, ${joined}`;
}

type Parts = ConstructorParameters<typeof CasSubject>[2];

function stores(server: SimulatedServer, joined: Joined): Parts {
  const generations = new SimulatedGenerationStore(server);
  const apart = new SimulatedProvider(server);
  if (joined === 'apart') return { provider: apart, generations };
  const atomic = joined === 'atomic' ? new SimulatedAtomicStore(server) : new SimulatedSteps(apart, generations);
  return { provider: new SimulatedProvider(server, atomic), generations };
}

/** Two processes over one server. One that begins anew has lost what it held itself: its `own` store, if it makes one. */
function shared(
  library: Library,
  stage: Stage,
  parts: (server: SimulatedServer, own: () => CasProvider) => Parts,
): World {
  const server = new SimulatedServer(stage);
  const owns: CasProvider[] = [];
  const processes = new Processes(
    PROCESSES,
    (process) =>
      new CasSubject(
        library,
        NAMESPACE,
        parts(server, () => (owns[process] = valuesOf(library))),
      ),
  );
  return {
    processes,
    disasters: {
      loseGeneration: (key) => server.loseGeneration(storageKey(key)),
      loseValue: (key) => {
        for (const own of owns) void own.delete(storageKey(key));
        server.entries.delete(storageKey(key));
      },
      flush: () => server.flush(),
    },
    answersAtOnce: false,
    restart: (process) => processes.restart(process),
    close: () => undefined,
  };
}
