import { NEWER_FRAME } from '../programs/builds.js';
import { CLEAR } from '../programs/clears.js';
import { FILL } from '../programs/fills.js';
import { CLEAR_OF_AN_OPEN_KEY, INTENT } from '../programs/intents.js';
import { LOST_GENERATION, LOST_GENERATION_HERE } from '../programs/losses.js';
import { REPEATED_AMONG_WRITERS } from '../programs/rough.js';
import type { Program } from '../world.js';
import { instead } from './broken-copy.js';
import type { Edit } from './broken-copy.js';
import { LUA } from './lua-places.js';
import { ISSUING } from './places.js';

/** What a Redis carries out, with one thing deliberately wrong. */
export interface ScriptMutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly on: 'near' | 'redis' | 'redis, new keys';
  readonly caughtBy: Program;
  /** It takes so many schedules that only the whole search looks for it. */
  readonly isDeep?: true;
}

/**
 * A clock that stands still, for one that is coarse: however slow the machine is, a loss and what follows it fall into
 * one tick. Not broken by itself: nothing is lost in the programs that it is used with.
 */
export const STANDING_CLOCK = instead(LUA.clock, '1700000000000000');

export const SCRIPT_MUTANTS: readonly ScriptMutant[] = [
  {
    name: 'a lost counter begins again',
    edits: [instead(LUA.clockLeadsWhenLost, 'false and'), instead(LUA.issueByTheClock, '')],
    on: 'redis',
    caughtBy: LOST_GENERATION,
  },
  {
    name: 'generations by the clock alone, reissued within one tick',
    edits: [STANDING_CLOCK, instead(LUA.issueTheNext, 'text(nowUs)')],
    on: 'redis',
    caughtBy: FILL,
  },
  {
    name: 'a bump by the clock alone where that has not moved on',
    edits: [STANDING_CLOCK, instead(LUA.clockLeadsOnlyAhead, '')],
    on: 'redis',
    caughtBy: FILL,
  },
  {
    name: 'generations by a coarse clock, reissued after a loss',
    edits: [STANDING_CLOCK],
    on: 'near',
    caughtBy: LOST_GENERATION,
  },
  {
    // Within one tick of that clock, what was lost can be issued once more, as after it was set back.
    name: 'no floor: a clock that is set back reissues what was lost',
    edits: [STANDING_CLOCK, instead(ISSUING.floorIsRaised, '')],
    on: 'near',
    caughtBy: LOST_GENERATION_HERE,
  },
  {
    name: 'a floor that snapshots and bumps do not heed',
    edits: [STANDING_CLOCK, instead(LUA.floorOfAnIssue, '')],
    on: 'redis',
    caughtBy: LOST_GENERATION_HERE,
  },
  {
    name: 'a fill puts back a generation that it did not find',
    edits: [
      instead(
        LUA.fillComparison,
        `local cell = redis.pcall('GET', KEYS[1])
if cell and cell ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])`,
      ),
    ],
    on: 'redis',
    caughtBy: LOST_GENERATION,
  },
  {
    name: "a fill that overwrites a newer build's frame",
    edits: [instead(LUA.fillLeavesNewer, '')],
    on: 'redis',
    caughtBy: NEWER_FRAME,
  },
  {
    name: 'a bump that leaves the generation',
    edits: [
      instead(LUA.bumpByTheClock, ({ text }) => `cell or ${text}`),
      instead(LUA.bumpIssues, ({ text }) => `state == 'plain' and text(generation) or ${text}`),
    ],
    on: 'near',
    caughtBy: FILL,
  },
  {
    name: 'a clear that leaves the generations',
    edits: [instead(LUA.clearRemoves, '')],
    on: 'redis',
    caughtBy: CLEAR,
  },
  {
    name: 'a settle that issues nothing',
    edits: [instead(LUA.settleIssues, 'text(generation)')],
    on: 'redis',
    caughtBy: INTENT,
  },
  {
    // A settle takes some token away, whichever that is: so only their number counts.
    name: 'a count instead of tokens',
    edits: [instead(LUA.settleByToken, "apart(living, string.match(living or '', ';([^;=]+)=') or ARGV[1])")],
    on: 'redis',
    caughtBy: REPEATED_AMONG_WRITERS,
    isDeep: true,
  },
  {
    // It takes two openings within one tick of the clock, so the clock is a coarse one.
    name: 'an open that drops the last generation',
    edits: [STANDING_CLOCK, instead(LUA.openCarriesTheLast, "'0'")],
    on: 'redis',
    caughtBy: INTENT,
  },
  {
    name: 'a clear that removes open cells',
    edits: [instead(LUA.clearKeepsOpen, "redis.call('UNLINK', KEYS[1])")],
    on: 'redis',
    caughtBy: CLEAR_OF_AN_OPEN_KEY,
  },
  {
    name: 'a snapshot that issues under a writer',
    edits: [instead(LUA.snapshotUnderAWriter, '')],
    on: 'redis',
    caughtBy: INTENT,
  },
  {
    name: 'a read that issues under a writer',
    edits: [instead(LUA.readUnderAWriter, '')],
    on: 'redis, new keys',
    caughtBy: INTENT,
  },
  {
    name: 'a lost counter begins again, by reads that issue too',
    edits: [instead(LUA.clockLeadsWhenLost, 'false and'), instead(LUA.issueByTheClock, '')],
    on: 'redis, new keys',
    caughtBy: LOST_GENERATION,
  },
  {
    name: 'a floor that reads which issue do not heed',
    edits: [STANDING_CLOCK, instead(LUA.floorOfAnIssue, '')],
    on: 'redis, new keys',
    caughtBy: LOST_GENERATION_HERE,
  },
];

/** G1 holds without it, because every read compares. What is lost is that a late fill is refused, and told so. */
export const NO_COMPARISON: readonly Edit[] = [instead(LUA.fillComparison, '')];
