import type { CasProvider } from '../../../../lib/contracts/provider.js';
import { CasSubject } from '../cas-subject.js';
import { ExposedServer } from '../exposed-server.js';
import type { Library } from '../library.js';
import { valuesOf } from '../local-stores.js';
import { storageKey } from '../namespace.js';
import { Processes } from '../processes.js';
import { scheduled } from '../scheduled.js';
import { SimulatedGenerationStore } from '../simulated-generations.js';
import { SimulatedServer } from '../simulated-server.js';
import { SimulatedAtomicStore, SimulatedProvider, SimulatedSteps } from '../simulated-stores.js';
import type { Stage } from '../stage.js';
import type { Topology, World } from '../world.js';

/**
 * How the server answers for an entry and its generation: in one step, in one step for each, or it knows nothing of the
 * other.
 */
export type Joined = 'atomic' | 'single steps' | 'apart';

export interface SharedOptions {
  readonly joined?: Joined;
  /** Where one step answers for both: every read that would load issues what it does not find. */
  readonly newKeys?: true;
  /** Default: 2. */
  readonly processes?: number;
  /** Processes whose cache is switched off. */
  readonly disabled?: readonly number[];
  /** The version of its values that each process has. Default: none has one. */
  readonly versions?: readonly (string | undefined)[];
  /** Whether the namespace has tags. */
  readonly tags?: true | 'everywhere';
  /** Of a namespace with tags: processes that have not the option. */
  readonly untagged?: readonly number[];
}

/** Values in each process, generations on a server. */
export function near(library: Library, options: SharedOptions = {}): Topology {
  return shared('near', library, options, false, (server, own) => ({
    provider: scheduled('near', own(), server.stage),
    generations: new SimulatedGenerationStore(server, false),
  }));
}

/** Entries and generations on a server. */
export function redis(library: Library, options: SharedOptions = {}): Topology {
  const { joined = 'atomic', newKeys } = options;
  const name = `redis${suffix(joined)}${newKeys === true ? ', new keys' : ''}`;
  return shared(name, library, options, true, (server) => stores(server, joined, newKeys));
}

/** As `redis`, with values in each process in front. The core asks those at once whether they hold a key. */
export function tiered(library: Library, options: SharedOptions = {}): Topology {
  const { joined = 'atomic' } = options;
  return shared(`tiered${suffix(joined)}`, library, options, false, (server, own) => ({
    ...stores(server, joined),
    near: scheduled('near', own(), server.stage, 'get'),
  }));
}

function suffix(joined: Joined): string {
  return joined === 'atomic' ? '' : `, ${joined}`;
}

type Parts = ConstructorParameters<typeof CasSubject>[1];

function stores(server: SimulatedServer, joined: Joined, newKeys?: true): Parts {
  const generations = new SimulatedGenerationStore(server, joined === 'atomic');
  const apart = new SimulatedProvider(server);
  if (joined === 'apart') return { provider: apart, generations };
  const atomic =
    joined === 'atomic' ? new SimulatedAtomicStore(server, newKeys) : new SimulatedSteps(apart, generations);
  return { provider: new SimulatedProvider(server, atomic), generations };
}

/**
 * Some processes over one server. One that begins anew has lost what it held itself: its `own` store, if it makes one.
 */
function shared(
  name: string,
  library: Library,
  { processes: count = 2, disabled = [], versions = [], tags, untagged = [] }: SharedOptions,
  keepsNothing: boolean,
  parts: (server: SimulatedServer, own: () => CasProvider) => Parts,
): Topology {
  return {
    name: [
      name,
      ...(count === 2 ? [] : [`${count} processes`]),
      ...disabled.map(() => 'one disabled'),
      ...(versions.length === 0 ? [] : ['of several versions']),
      ...(tags === undefined ? [] : [tags === 'everywhere' ? 'with tags everywhere' : 'with tags']),
      ...(untagged.length === 0 ? [] : ['one process without']),
    ].join(', '),
    // What a process remembers of tags is in no history of its actors.
    hasStates: tags === undefined,
    open: (stage: Stage): World => {
      const server = new SimulatedServer(stage);
      const owns: CasProvider[] = [];
      const processes = new Processes(count, (process) => {
        const own = (): CasProvider => (owns[process] = valuesOf(library));
        return new CasSubject(library, parts(server, own), stage, {
          enabled: !disabled.includes(process),
          valueVersion: versions[process],
          tags: untagged.includes(process) ? false : tags,
        });
      });
      return {
        processes,
        disasters: {
          loseGeneration: (key) => server.cells.lose(storageKey(key)),
          loseValue: (key) => {
            for (const own of owns) void own?.delete(storageKey(key));
            server.entries.delete(storageKey(key));
          },
          flush: () => server.flush(),
          loseTagClock: () => server.tags.lose('clock'),
          loseTagTable: () => server.tags.lose('table'),
          pruneTags: () => server.tags.prune(),
        },
        frames: {
          put: (key, frame) => void server.entries.set(storageKey(key), frame),
          get: (key) => server.entries.get(storageKey(key)),
        },
        server: new ExposedServer(server),
        answersAtOnce: false,
        keepsNothing,
        text: () => server.text(),
        restart: (process) => processes.restart(process),
        close: () => undefined,
      };
    },
  };
}
