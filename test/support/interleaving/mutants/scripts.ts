import { CLEAR } from '../programs/clears.js';
import { FILL } from '../programs/fills.js';
import { CLEAR_OF_AN_OPEN_KEY, INTENT } from '../programs/intents.js';
import { LOST_GENERATION } from '../programs/losses.js';
import { REPEATED_AMONG_WRITERS } from '../programs/rough.js';
import type { Program } from '../world.js';
import type { Edit } from './broken-copy.js';

/** What a Redis carries out, with one thing deliberately wrong. */
export interface ScriptMutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly on: 'near' | 'redis';
  readonly caughtBy: Program;
  /** It takes so many schedules that only the whole search looks for it. */
  readonly isDeep?: true;
}

const file = 'redis/scripts/scripts.ts';

/** Not broken by itself: nothing is lost in the programs that it is used with. */
export const COARSE: readonly Edit[] = [{ file, from: '* 1000000 + time[2]', to: '* 1000000' }];

export const SCRIPT_MUTANTS: readonly ScriptMutant[] = [
  {
    name: 'a lost counter begins again',
    edits: [
      { file, from: 'local clockLeads = not cell or', to: 'local clockLeads = false and' },
      { file, from: 'if prev < nowUs or prev >= MAX', to: 'if prev >= MAX' },
    ],
    on: 'redis',
    caughtBy: LOST_GENERATION,
  },
  {
    // A coarser clock than the one below it stands for: a loss and a new start must fall into one tick of it.
    name: 'generations by the clock alone, reissued within one tick',
    edits: [
      { file, from: '* 1000000 + time[2]', to: '* 1000000' },
      { file, from: 'return text(prev + 1)', to: 'return text(nowUs)' },
    ],
    on: 'redis',
    caughtBy: FILL,
  },
  {
    name: 'a bump by the clock alone where that has not moved on',
    edits: [...COARSE, { file, from: ' and tonumber(cell) < nowUs', to: '' }],
    on: 'redis',
    caughtBy: FILL,
  },
  {
    name: 'generations by a coarse clock, reissued after a loss',
    edits: [{ file, from: '* 1000000 + time[2]', to: '* 1000000' }],
    on: 'near',
    caughtBy: LOST_GENERATION,
  },
  {
    name: 'a fill puts back a generation that it did not find',
    edits: [
      {
        file,
        from: `if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2]`,
        to: `local cell = redis.pcall('GET', KEYS[1])
if cell and cell ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2]`,
      },
    ],
    on: 'redis',
    caughtBy: LOST_GENERATION,
  },
  {
    name: 'a bump that leaves the generation',
    edits: [
      {
        file,
        from: `local issued = string.format('%.0f', nowUs)
  if cell then`,
        to: `local issued = cell or string.format('%.0f', nowUs)
  if cell then`,
      },
      {
        file,
        from: `local issued = issue(generation)
if state == 'open'`,
        to: `local issued = state == 'plain' and text(generation) or issue(generation)
if state == 'open'`,
      },
    ],
    on: 'near',
    caughtBy: FILL,
  },
  {
    name: 'a clear that leaves the generations',
    edits: [{ file, from: "else redis.call('UNLINK', KEYS[1]) end", to: 'end' }],
    on: 'redis',
    caughtBy: CLEAR,
  },
  {
    name: 'a settle that issues nothing',
    edits: [
      {
        file,
        from: `local issued = issue(generation)
if others`,
        to: `local issued = text(generation)
if others`,
      },
    ],
    on: 'redis',
    caughtBy: INTENT,
  },
  {
    // Whoever settles takes a token away, whichever that is: so only their number counts.
    name: 'a count instead of tokens',
    edits: [
      {
        file,
        from: `local state, generation, living = read()
local others, held, ttl = apart(living, ARGV[1])`,
        to: `local state, generation, living = read()
local others, held, ttl = apart(living, string.match(living or '', ';([^;=]+)=') or ARGV[1])`,
      },
    ],
    on: 'redis',
    caughtBy: REPEATED_AMONG_WRITERS,
    isDeep: true,
  },
  {
    // It takes two openings within one tick of the clock, so the clock is a coarse one.
    name: 'an open that drops the last generation',
    edits: [...COARSE, { file, from: 'reopen(key, text(generation), writers', to: "reopen(key, '0', writers" }],
    on: 'redis',
    caughtBy: INTENT,
  },
  {
    name: 'a clear that removes open cells',
    edits: [
      {
        file,
        from: "if state == 'open' then reopen(KEYS[1], issue(generation), living, ttl) else redis.call('UNLINK', KEYS[1]) end",
        to: "redis.call('UNLINK', KEYS[1])",
      },
    ],
    on: 'redis',
    caughtBy: CLEAR_OF_AN_OPEN_KEY,
  },
  {
    name: 'a snapshot that issues under a writer',
    edits: [{ file, from: "if state == 'open' then return '0' end", to: '' }],
    on: 'redis',
    caughtBy: INTENT,
  },
];

/** G1 holds without it, because every read compares. What is lost is that a late fill is refused, and told so. */
export const NO_COMPARISON: readonly Edit[] = [
  {
    file,
    from: `if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2]`,
    to: `redis.call('SET', KEYS[2]`,
  },
];
