import { CasSubject } from '../cas-subject.js';
import type { Library } from '../library.js';
import { LocalStores } from '../local-stores.js';
import { Processes } from '../processes.js';
import { scheduled } from '../scheduled.js';
import { watchedCells } from '../watched-cells.js';
import type { Topology, World } from '../world.js';

export interface MemoryOptions {
  /** `'cells'`: values, each in one cell with its generation. */
  readonly holds?: 'bytes' | 'values' | 'cells';
  /** Every store operation is a step, as if the stores answered late. Without it they answer at once, as they do. */
  readonly stepwise?: boolean;
  /** Whether the namespace has tags. */
  readonly tags?: true;
}

/** One process with everything in it. When it begins anew its entries may have been kept, its generations never are. */
export function memory(library: Library, { holds = 'values', stepwise = false, tags }: MemoryOptions = {}): Topology {
  return {
    name: `memory${holds === 'values' ? '' : ` of ${holds}`}${stepwise ? ', stepwise' : ''}${tags === true ? ', with tags' : ''}`,
    neverHeals: holds === 'cells',
    open: (stage): World => {
      const stores = new LocalStores(library, holds === 'bytes' ? 'bytes' : 'values');
      const atOnce = stepwise ? 'none' : 'all';
      const processes = new Processes(1, () => {
        const provider = scheduled('entries', stores.provider, stage, atOnce);
        const generations = scheduled('generations', stores.generations, stage, atOnce);
        const cells = holds === 'cells' ? watchedCells(stores.cells, stage) : undefined;
        return new CasSubject(library, { provider, generations, cells }, stage, { tags });
      });
      return {
        processes,
        disasters: stores,
        frames: holds === 'bytes' ? stores.frames : undefined,
        answersAtOnce: !stepwise,
        restart: (process) => {
          stores.beginAnew();
          processes.restart(process);
        },
        close: () => undefined,
      };
    },
  };
}
