import type { Library } from '../library.js';
import {
  LATE_TAG_JOIN,
  LATE_TAG_JOIN_AND_ANOTHER,
  LATE_TAG_FILL,
  MANY_TAGS,
  PART_CLEARED,
  TAG_CLOCK_LOST,
  TAG_FAILS,
  TAG_FILL_HERE,
  TAG_HIT,
  TAG_JOIN,
  TAG_PRUNED,
  TAG_TRANSACTION,
  TAGS_LOST,
  TWO_ENTRIES,
  TWO_TAGS,
} from '../programs/tags.js';
import { memory } from '../topologies/memory.js';
import { near, redis } from '../topologies/shared.js';
import type { Topology } from '../world.js';
import { instead } from './broken-copy.js';
import type { Mutant } from './mutant.js';

// What of tags is left out, each a rule.

const NAMESPACE_TAGS = 'core/tags/namespace-tags.ts';
const TAG_MEMORY = 'core/tags/tag-memory.ts';
const LOADS = 'core/loading/loads.ts';

const inCells = (library: Library): Topology => memory(library, { holds: 'cells', tags: true });
const onNear = (library: Library): Topology => near(library, { tags: true });
const onRedisEverywhere = (library: Library): Topology => redis(library, { tags: 'everywhere' });
const onRedis = (library: Library): Topology => redis(library, { tags: true });

/** Caught by schedules that are drawn, since there are too many to play all. */
export const OF_TAGS_BROKEN: readonly Mutant[] = [
  {
    name: 'a clock that is absent and proves',
    edits: [
      instead(
        {
          what: 'what is not proven is not served',
          file: NAMESPACE_TAGS,
          in: 'NamespaceTags.judge',
          at: { if: ['clock', 'stamp', 'era'] },
        },
        `if (clock === undefined) return undefined;
         if (stamp === undefined || stamp.era !== clock.era) return 'tags-unproven';`,
      ),
    ],
    on: onRedis,
    caughtBy: TAG_CLOCK_LOST,
  },
  {
    name: 'tags that are not looked at',
    edits: [
      instead(
        {
          what: 'an entry that is older than the clock is looked at',
          file: NAMESPACE_TAGS,
          in: 'NamespaceTags.judge',
          at: { returns: ['catchUp'] },
        },
        'undefined',
      ),
    ],
    on: onNear,
    caughtBy: TAG_HIT,
  },
  {
    name: 'rows that are lost and prove',
    edits: [
      instead(
        {
          what: 'an answer that is lost proves nothing',
          file: NAMESPACE_TAGS,
          in: 'verdict',
          at: { condition: ['answer', 'era'] },
        },
        'false',
      ),
      instead(
        {
          what: 'the tags of an entry, as the answer has them',
          file: NAMESPACE_TAGS,
          in: 'verdict',
          at: { condition: ['floor', 'own'] },
        },
        'answer?.own.some((last) => last !== undefined && last > seq) === true',
      ),
    ],
    on: onRedis,
    caughtBy: TAGS_LOST,
  },
  {
    name: 'only the first tag of an entry',
    edits: [
      instead(
        {
          what: 'the tags of an entry, as the answer has them',
          file: NAMESPACE_TAGS,
          in: 'verdict',
          at: { condition: ['floor', 'own'] },
        },
        'seq < answer.floor || (answer.own[0] ?? 0) > seq',
      ),
    ],
    on: onRedis,
    caughtBy: TWO_TAGS,
  },
  {
    name: 'what was pruned, without the floor',
    edits: [
      instead(
        {
          what: 'the floor, and the tags of an entry',
          file: NAMESPACE_TAGS,
          in: 'verdict',
          at: { operand: 'floor' },
        },
        'false',
      ),
    ],
    on: onRedis,
    caughtBy: TAG_PRUNED,
  },
  {
    name: 'a memory that is older than the clock',
    edits: [
      instead(
        {
          what: 'what is remembered reaches as far as the clock of the reader',
          file: TAG_MEMORY,
          in: 'TagMemory.judge',
          at: { operand: 'latest' },
        },
        'false',
      ),
    ],
    on: onNear,
    caughtBy: LATE_TAG_JOIN_AND_ANOTHER,
  },
  {
    name: 'a memory without a horizon',
    edits: [
      instead(
        {
          what: 'what lies at or below the horizon is not known',
          file: TAG_MEMORY,
          in: 'TagMemory.judge',
          at: { returns: ['horizon'] },
        },
        'true',
      ),
    ],
    on: onRedis,
    caughtBy: TWO_ENTRIES,
  },
  {
    name: 'a stamp that is taken after the load',
    edits: [
      instead(
        {
          what: 'the clock with which a load is stamped is taken before it',
          file: 'core/loading/load-results.ts',
          in: 'LoadResults.store',
          at: { value: 'tagged' },
        },
        '{ ...(this.stores as any).single.tags.store.current(), tags: load.tags?.stampOf(key)?.tags ?? [] }',
      ),
    ],
    on: inCells,
    caughtBy: TAG_FILL_HERE,
  },
  {
    name: 'a load that is joined whatever its tags',
    edits: [
      instead(
        {
          what: 'tags have to allow that a load is shared',
          file: LOADS,
          in: 'Loads.isProven',
          at: { returns: ['mayShare'] },
        },
        'true',
      ),
    ],
    on: onNear,
    caughtBy: TAG_JOIN,
  },
  {
    name: 'a tag that is owed, and served',
    edits: [
      instead(
        {
          what: 'what an invalidation that failed should have ended is passed by',
          file: NAMESPACE_TAGS,
          in: 'NamespaceTags.refusal',
          at: { if: ['owed'] },
        },
        '',
      ),
    ],
    on: onNear,
    caughtBy: TAG_FAILS,
  },
  {
    name: 'a tag that is invalidated before its transaction has ended',
    edits: [
      instead(
        {
          what: 'a transaction collects the tags that it invalidates',
          file: 'core/writing/transaction-aware-invalidator.ts',
          in: 'TransactionAwareInvalidator.invalidateTags',
          at: { condition: ['scope'] },
        },
        'false',
      ),
    ],
    on: onNear,
    caughtBy: TAG_TRANSACTION,
  },
  {
    name: 'a partition whose tag its entries do not carry',
    edits: [
      instead(
        {
          what: 'an entry carries the tag of its partition',
          file: NAMESPACE_TAGS,
          in: 'NamespaceTags.withImplied',
          at: { returns: ['implied'] },
        },
        'stamp',
      ),
    ],
    on: onRedisEverywhere,
    caughtBy: PART_CLEARED,
  },
  {
    name: 'a bulk frame whose tags are not asked',
    edits: [
      instead(
        {
          what: 'the tags of each member of a bulk frame are asked',
          file: 'core/stores/bulk-frames.ts',
          in: 'BulkFrames.refusalOf',
          at: { value: 'judging' },
        },
        'undefined as Promise<undefined> | undefined',
      ),
    ],
    on: onRedis,
    caughtBy: MANY_TAGS,
  },
  {
    name: 'a cell whose tags are not asked',
    edits: [
      instead(
        {
          what: 'a cell that a tag has ended is not found',
          file: 'memory/cell-scope.ts',
          in: 'CellScope.find',
          at: { if: ['isEndedBy'] },
        },
        '',
      ),
    ],
    on: inCells,
    caughtBy: TAG_HIT,
  },
  {
    name: 'a fill of a cell that a tag has overtaken',
    edits: [
      instead(
        {
          what: 'a fill is refused where one of its tags was invalidated since its load began',
          file: 'memory/cell-scope.ts',
          in: 'CellScope.fill',
          at: { if: ['isAlive'] },
        },
        '',
      ),
      instead(
        {
          what: 'a cell asks its tags when their clock has moved',
          file: 'memory/entry-cell.ts',
          in: 'asideOf',
          at: { returns: ['tagged'] },
        },
        'tagged === undefined ? stamp : { tags: ownTags(tagged), seq: Infinity, stamp, answer: undefined }',
      ),
    ],
    on: inCells,
    caughtBy: LATE_TAG_FILL,
  },
  {
    name: 'a load in its process that is joined, of which late tags are not looked at',
    edits: [
      instead(
        {
          what: 'what is known of tags once a load has ended',
          file: LOADS,
          in: 'Loads.wait',
          at: { returns: ['isOlder'] },
        },
        'load.proves(ticket)',
      ),
    ],
    on: inCells,
    caughtBy: LATE_TAG_JOIN,
  },
];
