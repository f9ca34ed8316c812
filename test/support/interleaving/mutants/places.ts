import { LUA } from './lua-places.js';
import type { Place } from './place.js';

// Where the rules of the protocol stand in the sources: one concept, one place. The mutants beside this file draw from
// it.

/** What a hit has to prove. */
export const HITS = {
  checkedAlone: {
    what: 'an entry is compared with the generation that is current now',
    file: 'core/stores/separate-stores-backend.ts',
    in: 'SeparateStoresBackend.examine',
    at: { call: 'generations.current' },
  },
  checkedAmongMany: {
    what: 'each of many entries is judged by its own generation',
    file: 'core/stores/separate-stores-backend.ts',
    in: 'SeparateStoresBackend.readEntries',
    at: { call: 'judge' },
  },
  checkedInOneStep: {
    what: 'an entry that was read together with its generation is judged by it',
    file: 'core/stores/atomic-backend.ts',
    in: 'AtomicBackend.examine',
    at: { call: 'judge' },
  },
  checkedNear: {
    what: 'a near entry is checked before it is handed out',
    file: 'core/stores/tiered-backend.ts',
    in: 'TieredBackend.read',
    at: { call: 'readEntry' },
  },
  checkedInABulkFrame: {
    what: 'each member of a bulk frame is compared with its own generation',
    file: 'core/stores/bulk-frames.ts',
    in: 'BulkFrames.verify',
    at: { call: 'prove' },
  },
  proof: {
    what: 'the generation that was read is the one of the entry, and is not absent',
    file: 'core/stores/checked-entry.ts',
    in: 'proves',
    at: { returns: ['ABSENT'] },
  },
  absentProvesNothing: {
    what: 'an absent generation proves no entry',
    file: 'core/stores/checked-entry.ts',
    in: 'proves',
    at: { operand: 'ABSENT' },
  },
  sharedByVersions: {
    what: 'all versions of a value have one generation',
    file: 'keys/namespace-keys.ts',
    in: 'NamespaceKeys.generationPrefix',
    at: { call: 'singlePrefix' },
  },
  pendingInvalidation: {
    what: 'a key whose invalidation is pending is a miss',
    file: 'core/access/access-policy.ts',
    in: 'AccessPolicy.refusal',
    at: { call: 'pending.holds' },
  },
  writtenInThisTransaction: {
    what: 'a transaction does not hit what it has written',
    file: 'core/access/access-policy.ts',
    in: 'AccessPolicy.refusal',
    at: { call: 'written' },
  },
} as const satisfies Record<string, Place>;

/** What a fill has to prove, and where it must not happen. */
export const FILLS = {
  comparison: {
    what: 'a fill compares the generation that its load began under with the current one',
    file: 'core/stores/separate-stores-backend.ts',
    in: 'SeparateStoresBackend.fill',
    at: { call: 'generations.extend' },
  },
  nothingToFillUnder: {
    what: 'the generation 0 fills nothing',
    file: 'core/access/single-key-access.ts',
    in: 'SingleKeyAccess.fill',
    at: { value: 'refused' },
  },
  theLoader: {
    what: 'the loader is called, after the generations were observed',
    file: 'core/loading/loads.ts',
    in: 'Loads.carryOut',
    at: { statement: 'this.call' },
  },
  keptNear: {
    what: 'what was found behind is kept near under the generation that it was read with',
    file: 'core/stores/tiered-backend.ts',
    in: 'TieredBackend.keepNear',
    at: { call: 'near.put' },
  },
  notOnAServerThatLostCells: {
    what: 'no fill where open cells may have been lost',
    file: 'core/access/access-policy.ts',
    in: 'AccessPolicy.fill',
    at: { call: 'mayBeUnseen' },
  },
  notInsideATransaction: {
    what: 'no fill inside a transaction',
    file: 'core/access/access-policy.ts',
    in: 'AccessPolicy.fill',
    at: { call: 'insideScope' },
  },
  loadInsideATransaction: {
    what: 'a load inside a transaction is not shared',
    file: 'core/loading/read-planner.ts',
    in: 'ReadPlanner.aloneFor',
    at: { operand: 'inside' },
  },
} as const satisfies Record<string, Place>;

/** What becomes of a frame that only a newer build can read. */
export const FRAMES = {
  unknownIsNotCorrupt: {
    what: 'a frame that only a newer build can read is a miss, and is not healed',
    file: 'core/stores/entry-check.ts',
    in: 'EntryCheck.open',
    at: { condition: ['CasUnknownFrameError'] },
  },
  looksBeforeItFills: {
    what: "a fill of bytes in process looks for a newer build's frame first",
    file: 'core/stores/entry-writer.ts',
    in: 'EntryWriter.put',
    at: { condition: ['isTaken'] },
  },
} as const satisfies Record<string, Place>;

/** How the generation store of a process issues. */
export const ISSUING = {
  floorIsRaised: {
    what: 'a generation that was read raises the floor',
    file: 'redis/cells/generation-floor.ts',
    in: 'GenerationFloor.see',
    at: { if: ['largest'] },
  },
  highWaterMark: {
    what: 'the high-water mark of the process never goes back and never repeats',
    file: 'generations/local-mark.ts',
    in: 'HighWaterMark.next',
    at: { value: '#mark' },
  },
  bySnapshot: {
    what: 'a snapshot of an absent key issues from the mark of the process',
    file: 'generations/local-group.ts',
    in: 'LocalGroup.snapshot',
    at: { call: 'issue' },
  },
  byBump: {
    what: 'a bump issues from the mark of the process',
    file: 'generations/local-group.ts',
    in: 'LocalGroup.bump',
    at: { call: 'issue' },
  },
  whenAbsent: {
    what: 'a snapshot issues when the generation is absent',
    file: 'generations/local-group.ts',
    in: 'LocalGroup.snapshot',
    at: { condition: ['ABSENT'] },
  },
  extendComparison: {
    what: 'a generation is extended only where it is the current one',
    file: 'generations/local-group.ts',
    in: 'LocalGroup.extend',
    at: { if: ['cell', 'generation', 'undefined'] },
  },
} as const satisfies Record<string, Place>;

/** What keeps a cell with an entry current, so that a hit need not ask. */
export const CELLS = {
  bumpEnds: {
    what: 'a bump ends the cell of its key, and the era that a load may fill under',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.bump',
    at: { statement: 'end' },
  },
  openEnds: {
    what: 'what opens a key ends its cell and its era',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.open',
    at: { statement: 'end' },
  },
  entryEnds: {
    what: 'what ends a key removes its entry',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.end',
    at: { statement: 'remove' },
  },
  awaitedEnds: {
    what: 'what ends a key removes the era of a load',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.end',
    at: { statement: 'drop' },
  },
  filledUnderItsEra: {
    what: 'an entry is replaced under its own era only',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.fill',
    at: { condition: ['cell', 'era'] },
  },
  filledWhereAwaited: {
    what: 'a new entry is stored under the era that its key has without one',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.fill',
    at: { condition: ['awaited', 'era'] },
  },
  noEraWhileOpen: {
    what: 'no era is issued to readers of a key that a writer has open',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.snapshot',
    at: { operand: 'isHeld' },
  },
  newEra: {
    what: 'an era is never issued twice',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.snapshot',
    at: { value: 'era' },
  },
  clearEndsEras: {
    what: 'a clear ends the eras of keys without an entry',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.clear',
    at: { statement: 'awaited.clear' },
  },
  clearEndsEntries: {
    what: 'a clear removes the entries of cells',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.clear',
    at: { value: 'cells' },
  },
  calm: {
    what: 'a quick hit is none inside a transaction',
    file: 'core/access/quick-hits.ts',
    in: 'QuickHits.isCalm',
    at: { operand: 'currentScope' },
  },
} as const satisfies Record<string, Place>;

/** What eviction holds on to. */
export const EVICTION = {
  ofEntries: {
    what: 'eviction of entries begins anew when many have come and gone since it last moved',
    file: 'memory/cell-scope.ts',
    in: 'CellScope.letGo',
    at: { value: 'hand' },
  },
  ofGenerations: {
    what: 'eviction of generations begins anew after a sweep',
    file: 'generations/local-ledger.ts',
    in: 'LocalLedger.#letGo',
    at: { value: '#hand' },
  },
} as const satisfies Record<string, Place>;

/** What an invalidation does, in which order. */
export const INVALIDATIONS = {
  bump: {
    what: 'an invalidation bumps, first',
    file: 'core/stores/bump-then-delete.ts',
    in: 'invalidateBoth',
    at: { call: 'bump' },
  },
  remove: {
    what: 'an invalidation deletes, second',
    file: 'core/stores/bump-then-delete.ts',
    in: 'invalidateBoth',
    at: { call: 'remove' },
  },
  clear: {
    what: 'a clear removes the generations',
    file: 'core/stores/bump-then-delete.ts',
    in: 'clearBoth',
    at: { call: 'attempt' },
  },
  called: {
    what: 'the caller asks for an invalidation',
    file: 'core/cas-cache.ts',
    in: 'CasCacheService.invalidate',
    at: { call: 'invalidate' },
  },
  waitsForTheCommit: {
    what: 'an invalidation inside a transaction waits for its end',
    file: 'core/writing/transaction-aware-invalidator.ts',
    in: 'TransactionAwareInvalidator.invalidate',
    at: { condition: ['scope'] },
  },
} as const satisfies Record<string, Place>;

/** What closes a key to readers, and for how long. */
export const INTENTS = {
  localCell: {
    what: 'an intent marks the cell of its key open',
    file: 'generations/local-group.ts',
    in: 'LocalGroup.open',
    at: { if: ['cell'] },
  },
  refusal: {
    what: 'a write does not begin when a key could not be closed',
    file: 'core/writing/write-intents.ts',
    in: 'WriteIntents.open',
    at: { condition: ['failures'] },
  },
  closing: {
    what: 'a write begins when its keys are closed',
    file: 'core/writing/write-intents.ts',
    in: 'WriteIntents.open',
    at: { call: 'closeKeys' },
  },
  unknownCommit: {
    what: 'an intent whose commit is unknown runs out instead of being settled',
    file: 'core/writing/transaction-writes.ts',
    in: 'TransactionWrites.conclude',
    at: { operand: 'ending' },
  },
  lastPart: {
    what: 'an intent is settled when the last part of its scope has ended',
    file: 'core/writing/transaction-writes.ts',
    in: 'TransactionWrites.conclude',
    at: { operand: 'isLast' },
  },
  keptByAClear: {
    what: 'a clear keeps the cells that writers have open',
    file: 'generations/local-ledger.ts',
    in: 'LocalLedger.dropAll',
    at: { call: 'hold' },
  },
  scope: {
    what: 'an intent belongs to the transaction around it',
    file: 'core/writing/transaction-aware-invalidator.ts',
    in: 'TransactionAwareInvalidator.underIntent',
    at: { call: 'inWriteScope' },
  },
} as const satisfies Record<string, Place>;

/** Which callers may share a load. */
export const SHARING = {
  rule: {
    what: 'a running load is joined under the generation that the caller read',
    file: 'core/loading/load.ts',
    in: 'Load.mayBeJoined',
    at: { returns: ['observed'] },
  },
  age: {
    what: 'a load older than the fill deadline is not joined',
    file: 'core/loading/load.ts',
    in: 'Load.mayBeJoined',
    at: { operand: 'begunAt' },
  },
  foundByWaiting: {
    what: 'what a wait for the lease found serves the callers that were there before',
    file: 'core/loading/load.ts',
    in: 'Load.proves',
    at: { returns: [] },
  },
  cleanedUp: {
    what: 'a load that has ended is not kept',
    file: 'core/loading/loads.ts',
    in: 'Loads.forget',
    at: { call: 'running.delete' },
  },
  refreshOfItsOwn: {
    what: 'a refresh is begun apart from the caller that needed it',
    file: 'core/loading/read-planner.ts',
    in: 'ReadPlanner.refresh',
    at: { statement: 'refreshes.begin' },
  },
  nested: {
    what: 'a load knows which loads it is nested in',
    file: 'core/loading/loads.ts',
    in: 'Loads.encloses',
    at: { returns: [] },
  },
  cycle: {
    what: 'a load does not wait for itself by way of others',
    file: 'core/loading/loads.ts',
    in: 'Loads.wouldDeadlock',
    at: { returns: [] },
  },
} as const satisfies Record<string, Place>;

/** What is done with servers that end, begin, and take each other's place. */
export const SERVERS = {
  unvettedAtFirst: {
    what: 'a new session is not trusted until it was vetted',
    file: 'redis/connection/server.ts',
    in: 'Server.begin',
    at: { value: 'vetted' },
  },
  vettingDrops: {
    what: 'a vetting removes the generations of another master',
    file: 'redis/vetting/vetting.ts',
    in: 'Vetting.examine',
    at: { call: 'drop' },
  },
  wait: {
    what: 'WAIT travels in one pipeline with what it waits for',
    file: 'redis/connection/replicated-connection.ts',
    in: 'ReplicatedConnection.carryOut',
    at: { call: 'callTogether' },
  },
  firstOfTwoSteps: {
    what: 'where two keys cannot be written in one step, the first step is taken on the cell',
    file: 'redis/parts/two-key-steps.ts',
    in: 'dropping.halves',
    at: { call: 'cell' },
  },
} as const satisfies Record<string, Place>;

/** Scopes of writes inside of each other. */
export const SCOPES = {
  begun: {
    what: 'a scope inside of another is a part that collects by itself',
    file: 'core/writing/transaction-scope.ts',
    in: 'inWriteScope',
    at: { returns: ['inScope'] },
  },
  handsOver: {
    what: 'a part hands what it has collected over to the scope that is going to carry it out, if there is one',
    file: 'core/writing/transaction-scope.ts',
    in: 'TransactionScope.end',
    at: { if: ['target'] },
  },
  leftByItsLastPart: {
    what: 'a scope that has ended is carried out once more by the last part that ran inside of it',
    file: 'core/writing/transaction-scope.ts',
    in: 'TransactionScope.leave',
    at: { if: ['inside'] },
  },
} as const satisfies Record<string, Place>;

export const PLACES: readonly Place[] = [
  HITS,
  CELLS,
  EVICTION,
  FILLS,
  FRAMES,
  ISSUING,
  INVALIDATIONS,
  INTENTS,
  SHARING,
  SERVERS,
  LUA,
  SCOPES,
].flatMap((group) => Object.values<Place>(group));
