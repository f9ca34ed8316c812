import type { CellStore, EntryCells } from '../../../lib/contracts/entry-cells.js';
import type { Stage } from './stage.js';

/**
 * Cells answer at once, so that they are no scheduling point. To find an entry is to check it: that is the moment by
 * which a hit is judged.
 */
export function watchedCells(store: CellStore | undefined, stage: Stage): CellStore | undefined {
  return (
    store && {
      scope: <V>(...given: Parameters<CellStore['scope']>): EntryCells<V> =>
        watched(store.scope<V>(...given), given[0].generationPrefix, stage),
    }
  );
}

function watched<V>(cells: EntryCells<V>, prefix: string, stage: Stage): EntryCells<V> {
  const touched = <T>(answer: T): T => {
    stage.touch();
    return answer;
  };
  return {
    find: (key) => {
      stage.checks([prefix + key], false);
      return touched(cells.find(key));
    },
    isEndedByTag: (key) => cells.isEndedByTag(key),
    isOpen: (key) => touched(cells.isOpen(key)),
    generationOf: (cell) => cells.generationOf(cell),
    fill: (...given) => touched(cells.fill(...given)),
    bump: (key) => touched(cells.bump(key)),
    drop: (key) => touched(cells.drop(key)),
    clear: (prefixOfKeys) => touched(cells.clear(prefixOfKeys)),
  };
}
