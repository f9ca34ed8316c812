import {
  LEASED_BREAK,
  LEASED_CLEAR,
  LEASED_HIT,
  LEASED_INTENT,
  LEASED_REGISTRY_LOST,
  LEASED_WARMING,
} from '../programs/leases.js';
import { leased } from '../topologies/leased.js';
import type { Library } from '../library.js';
import type { Topology } from '../world.js';
import { instead } from './broken-copy.js';
import type { Mutant } from './mutant.js';

// What of read leases is left out, each a rule.

const HOLDER = 'redis/leases/holder.ts';
const ANNOUNCER = 'redis/leases/announcer.ts';
const NEAR_LEASE = 'core/stores/near-lease.ts';

const on = (library: Library): Topology => leased('near', library);

/** Caught by schedules that are drawn, since there are too many to play all. */
export const OF_LEASES: readonly Mutant[] = [
  {
    name: 'an invalidation that waits for no holder',
    edits: [
      instead(
        {
          what: 'the wait',
          file: 'core/writing/announcements.ts',
          in: 'Announcements.tell',
          at: { statement: 'wait' },
        },
        '',
      ),
    ],
    on,
    caughtBy: LEASED_HIT,
  },
  {
    name: 'an invalidation that is not announced',
    edits: [
      instead(
        {
          what: 'it is told',
          file: 'core/writing/invalidator.ts',
          in: 'Invalidator.endAndTell',
          at: { returns: ['tellEnded'] },
        },
        'this.end(keys)',
      ),
    ],
    on,
    caughtBy: LEASED_HIT,
  },
  {
    name: 'a question on its way that proves its entry all the same',
    edits: [
      instead(
        { what: 'what was heard since', file: NEAR_LEASE, in: 'NearLease.vouches', at: { condition: ['changes'] } },
        'false',
      ),
    ],
    on: (library) => leased('tiered', library),
    caughtBy: LEASED_WARMING,
  },
  {
    name: 'an announcement that is acknowledged and not heeded',
    edits: [
      instead(
        {
          what: 'it is heeded',
          file: 'redis/leases/member.ts',
          in: 'LeaseMember.hear',
          at: { statement: 'user.heard' },
        },
        ';',
      ),
    ],
    on,
    caughtBy: LEASED_HIT,
  },
  {
    name: 'a new subscription that begins no epoch',
    edits: [
      instead({ what: 'it begins anew', file: HOLDER, in: 'LeaseHolder.confirmed', at: { statement: 'endEpoch' } }, ''),
    ],
    on,
    caughtBy: LEASED_BREAK,
  },
  {
    name: 'a registry that is young and not waited for',
    edits: [instead({ what: 'its youth', file: ANNOUNCER, in: 'Announcer.wait', at: { if: ['young'] } }, '')],
    on,
    caughtBy: LEASED_REGISTRY_LOST,
  },
  {
    name: 'a write under an intent that begins before holders know',
    edits: [
      instead(
        {
          what: 'they are told',
          file: 'core/writing/write-intents.ts',
          in: 'WriteIntents.open',
          at: { if: ['announcements'] },
        },
        '',
      ),
    ],
    on,
    caughtBy: LEASED_INTENT,
  },
  {
    name: 'a clear that is not announced',
    edits: [
      instead(
        {
          what: 'it is told',
          file: 'core/writing/invalidator.ts',
          in: 'Invalidator.clearAndTell',
          at: { call: 'announcements.tell' },
        },
        'undefined',
      ),
    ],
    on,
    caughtBy: LEASED_CLEAR,
  },
];
