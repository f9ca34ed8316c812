import type { Library } from '../library.js';
import {
  LEASED_TAG_AND_CLEAR,
  LEASED_TAG_FAILS,
  LEASED_TAG_FIRST_HIT,
  LEASED_TAG_HIT,
  LEASED_TAGS_LOST,
  LEASED_TAGS_SET_BACK,
  LEASED_TAGS_SET_BACK_LATER,
} from '../programs/leased-tags.js';
import { leased } from '../topologies/leased.js';
import type { Topology } from '../world.js';
import { instead } from './broken-copy.js';
import type { Mutant } from './mutant.js';

// What of tags under read leases is left out, each a rule.

const NEAR_LEASE = 'core/stores/near-lease.ts';
const ANNOUNCED = 'core/tags/announced-tags.ts';

const on = (library: Library): Topology => leased('near', library, { tags: true });

/** Caught by schedules that are drawn, since there are too many to play all. */
export const OF_LEASED_TAGS: readonly Mutant[] = [
  {
    name: 'a leased hit that a late tag overtook',
    edits: [
      instead(
        {
          what: 'what was announced since an entry was proven is looked at',
          file: NEAR_LEASE,
          in: 'NearLease.allows',
          at: { operand: 'announced' },
        },
        'true',
      ),
    ],
    on,
    caughtBy: LEASED_TAG_HIT,
  },
  {
    name: 'an entry of another era that does not end the epoch',
    edits: [
      instead(
        {
          what: 'what was proven in another era is proven no more',
          file: ANNOUNCED,
          in: 'AnnouncedTags.contradicts',
          at: { returns: ['era'] },
        },
        'false',
      ),
    ],
    on,
    caughtBy: LEASED_TAGS_SET_BACK,
  },
  {
    name: 'an announcement of another era that does not end the epoch',
    edits: [
      instead(
        {
          what: 'numbers compare within their era only',
          file: ANNOUNCED,
          in: 'AnnouncedTags.hear',
          at: { if: ['era'] },
        },
        '',
      ),
    ],
    on,
    caughtBy: LEASED_TAGS_SET_BACK_LATER,
  },
  {
    name: 'a fill whose stamp is older than what was announced, and becomes servable',
    edits: [
      instead(
        {
          what: 'a fill proves nothing',
          file: 'core/stores/separate-stores-backend.ts',
          in: 'SeparateStoresBackend.fill',
          at: { returns: ['writer'] },
        },
        `this.writer.put(
          { ...item, proof: { ...this.lease!.ask(), clock: { ...item.tagged!, seq: Infinity } } },
          ttlMs,
        )`,
      ),
    ],
    on,
    caughtBy: LEASED_TAG_FIRST_HIT,
  },
  {
    name: 'an invalidation of tags that waits for no holder',
    edits: [
      instead(
        {
          what: 'those that hold leases are told, and waited for',
          file: 'core/writing/tag-invalidator.ts',
          in: 'TagInvalidator.endAndTell',
          at: { call: 'announcements.tell' },
        },
        'undefined',
      ),
    ],
    on,
    caughtBy: LEASED_TAG_HIT,
  },
  {
    name: 'a tag that is owed, and served by a lease',
    edits: [
      instead(
        {
          what: 'what an invalidation that failed should have ended is passed by',
          file: NEAR_LEASE,
          in: 'NearLease.allows',
          at: { operand: 'refusal' },
        },
        'true',
      ),
    ],
    on,
    caughtBy: LEASED_TAG_FAILS,
  },
  {
    name: 'a clear in one step that is not announced',
    edits: [
      instead(
        {
          what: 'those that hold leases are told of a clear',
          file: 'core/writing/invalidator.ts',
          in: 'Invalidator.clearAndTell',
          at: { call: 'announcements.tell' },
        },
        'undefined',
      ),
    ],
    on: (library) => leased('near', library, { tags: 'everywhere' }),
    caughtBy: LEASED_TAG_AND_CLEAR,
  },
  {
    name: 'an announcement of tags without their clock that says nothing',
    edits: [
      instead(
        {
          what: 'what cannot be read is one of everything',
          file: 'redis/leases/messages.ts',
          in: 'announcedIn',
          at: { if: ['clocked'] },
        },
        'if (clocked === null) return listIn(text) ?? [];',
      ),
    ],
    on,
    caughtBy: LEASED_TAGS_LOST,
  },
];
