import type { Library } from '../library.js';
import { CLEAR, CLEAR_OF_A_HIT } from '../programs/clears.js';
import { FILL, HIT, TWO_FILLS } from '../programs/fills.js';
import { INTENT } from '../programs/intents.js';
import { TRANSACTION_READS_ITS_OWN } from '../programs/transactions.js';
import { memory } from '../topologies/memory.js';
import type { Topology } from '../world.js';
import { instead } from './broken-copy.js';
import type { Mutant } from './mutant.js';
import { CELLS } from './places.js';

const on = (library: Library): Topology => memory(library, { holds: 'cells' });

/** A hit in a cell compares nothing: whatever leaves one behind, or lets one in, is served. */
export const CELLS_LEFT: readonly Mutant[] = [
  { name: 'a bump that leaves the cell', edits: [instead(CELLS.bumpEnds, '')], on, caughtBy: HIT },
  { name: 'a bump that leaves the entry alone', edits: [instead(CELLS.entryEnds, '')], on, caughtBy: HIT },
  { name: 'a bump that leaves the era of a load', edits: [instead(CELLS.awaitedEnds, '')], on, caughtBy: FILL },
  {
    name: 'a new entry under whatever era its key has',
    edits: [instead(CELLS.filledWhereAwaited, 'awaited === undefined')],
    on,
    caughtBy: INTENT,
  },
  {
    name: 'an entry that is replaced under another era',
    edits: [instead(CELLS.filledUnderItsEra, 'false')],
    on,
    caughtBy: TWO_FILLS,
  },
  {
    name: 'an era that is issued twice',
    edits: [instead(CELLS.newEra, 'this.awaited.find(key) ?? 1')],
    on,
    caughtBy: TWO_FILLS,
  },
  { name: 'an intent that leaves the era of a load', edits: [instead(CELLS.openEnds, '')], on, caughtBy: INTENT },
  {
    name: 'an era for readers of a key that a writer has open',
    edits: [instead(CELLS.noEraWhileOpen, 'false')],
    on,
    caughtBy: INTENT,
  },
  { name: 'a clear that leaves the eras of loads', edits: [instead(CELLS.clearEndsEras, '')], on, caughtBy: CLEAR },
  {
    name: 'a clear that leaves the entries of cells',
    edits: [instead(CELLS.clearEndsEntries, 'this.cells')],
    on,
    caughtBy: CLEAR_OF_A_HIT,
  },
  {
    name: 'a quick hit of what the transaction has written',
    edits: [instead(CELLS.calm, 'true')],
    on,
    caughtBy: TRANSACTION_READS_ITS_OWN,
  },
];
