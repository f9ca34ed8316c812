import { CacheAside } from '../contender.js';
import { Processes } from '../processes.js';
import { SimulatedServer } from '../simulated-server.js';
import { storageKey } from '../namespace.js';
import type { Topology, World } from '../world.js';

/** Two processes with a plain cache each, over one server. */
export function cacheAside(): Topology {
  return {
    name: 'plain cache-aside',
    open: (stage): World => {
      const server = new SimulatedServer(stage);
      const processes = new Processes(2, () => new CacheAside(server));
      return {
        processes,
        answersAtOnce: false,
        disasters: {
          loseGeneration: () => undefined,
          loseValue: (key) => void server.entries.delete(storageKey(key)),
          flush: () => server.flush(),
        },
        restart: (process) => processes.restart(process),
        close: () => undefined,
      };
    },
  };
}
