import type { Place } from './place.js';

// Where the rules of the protocol stand in the scripts that a Redis runs; those of TypeScript are in places.ts.

const SCRIPTS = 'redis/scripts/scripts.ts';
const ISSUING_SCRIPTS = 'redis/scripts/issuing.ts';

/** The scripts that a Redis runs. */
export const LUA = {
  clock: {
    what: 'the clock of the server, in microseconds',
    file: ISSUING_SCRIPTS,
    in: 'CLOCK',
    at: { lua: 'time[1] * 1000000 + time[2]' },
  },
  clockLeadsWhenLost: {
    what: 'a lost generation is followed by the clock',
    file: ISSUING_SCRIPTS,
    in: 'CLOCK',
    at: { lua: 'not cell or' },
  },
  clockLeadsOnlyAhead: {
    what: 'the clock is the next generation only where it has moved on',
    file: ISSUING_SCRIPTS,
    in: 'CLOCK',
    at: { lua: 'and tonumber(cell) < nowUs' },
  },
  issueByTheClock: {
    what: 'what is issued is at least the clock',
    file: ISSUING_SCRIPTS,
    in: 'ISSUING',
    at: { lua: 'prev < nowUs or' },
  },
  issueTheNext: {
    what: 'what is issued is more than what came before',
    file: ISSUING_SCRIPTS,
    in: 'ISSUING',
    at: { lua: 'text(prev + 1)' },
  },
  fillComparison: {
    what: 'a fill compares the generation before it stores',
    file: 'redis/scripts/value-scripts.ts',
    in: 'SET_IF',
    at: { line: 'return 0' },
  },
  fillLeavesNewer: {
    what: "a fill leaves a newer build's frame where it is",
    file: 'redis/scripts/value-scripts.ts',
    in: 'SET_IF',
    at: { line: 'if newer' },
  },
  bumpByTheClock: {
    what: 'a bump issues by the clock where that leads',
    file: SCRIPTS,
    in: 'BUMP',
    at: { lua: "string.format('%.0f', nowUs)" },
  },
  bumpIssues: {
    what: 'a bump issues the next generation where the clock does not lead',
    file: SCRIPTS,
    in: 'BUMP',
    at: { lua: 'issue(generation)' },
  },
  clearRemoves: {
    what: 'a clear removes a plain generation',
    file: SCRIPTS,
    in: 'CLEAR_CELL',
    at: { lua: "redis.call('UNLINK', KEYS[1])" },
  },
  clearKeepsOpen: {
    what: 'a clear keeps an open cell open',
    file: SCRIPTS,
    in: 'CLEAR_CELL',
    at: { line: 'reopen' },
  },
  settleIssues: {
    what: 'a settle issues',
    file: SCRIPTS,
    in: 'SETTLE',
    at: { lua: 'issue(generation)' },
  },
  settleByToken: {
    what: 'a settle takes away its own token and no other',
    file: SCRIPTS,
    in: 'SETTLE',
    at: { lua: 'apart(living, ARGV[1])' },
  },
  openCarriesTheLast: {
    what: 'an open cell carries the generation that it had',
    file: SCRIPTS,
    in: 'WRITERS',
    at: { lua: 'text(generation)' },
  },
  floorOfAnIssue: {
    what: 'what is issued is above the floor that the caller has seen',
    file: ISSUING_SCRIPTS,
    in: 'floor',
    at: { line: 'clockLeads = false' },
  },
  snapshotUnderAWriter: {
    what: 'a snapshot under a writer answers 0',
    file: SCRIPTS,
    in: 'SNAPSHOT',
    at: { line: "state == 'open'" },
  },
  readUnderAWriter: {
    what: 'a read that issues answers 0 under a writer',
    file: 'redis/scripts/read-or-issue.ts',
    in: 'READ_OR_ISSUE',
    at: { line: "state == 'open'" },
  },
} as const satisfies Record<string, Place>;
