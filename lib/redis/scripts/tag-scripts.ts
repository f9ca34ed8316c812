import { ALLOW_OOM, held, script } from './script-text.js';
import type { Script } from './script-text.js';

/**
 * The state of a namespace's tags: `KEYS[1]` is the clock, `<era>;<seq>`, and `KEYS[2]` a sorted set that has each tag
 * as `t:<tag>` with the number of its last invalidation, and beside them `@` with the era, `#` with the seq and `^`
 * with the floor. Neither expires.
 *
 * The two count only together (`whole`). One without the other, or of another era or seq, was lost in part, or comes
 * from another time, and what it says of invalidations may be too little. So it is given up, and a new era begins,
 * which no entry is of.
 *
 * `after` never repeats a number: it is given the highest that is known here, of either cell or of the caller
 * (`ARGV[1]`), and the time. Numbers become text by `%.0f` only, since Lua's own way rounds to 14 digits.
 */
const CLOCK = `
${held('clock', 'KEYS[1]')}

local MAX = 9007199254740990
local time = redis.call('TIME')
local nowUs = time[1] * 1000000 + time[2]

local function text(number)
  return string.format('%.0f', number)
end

local function number(digits)
  local found = digits and tonumber(digits)
  if found and found >= 1 and found < MAX then return found end
end

local function after(last)
  if last < nowUs or last >= MAX then return nowUs end
  return last + 1
end

local era, seq
if type(clock) == 'string' then
  local first, second = string.match(clock, '^([1-9]%d*);([1-9]%d*)$')
  era, seq = number(first), number(second)
end
local highest = math.max(era or 0, seq or 0, number(ARGV[1]) or 0)
`;

const STATE = `
${CLOCK}
local marks = redis.pcall('ZMSCORE', KEYS[2], '@', '#', '^')
if marks.err and not string.find(marks.err, 'WRONGTYPE', 1, true) then redis.call('ZMSCORE', KEYS[2], '@', '#', '^') end
if marks.err then marks = {} end
local eraOfRows, seqOfRows, floor = number(marks[1]), number(marks[2]), number(marks[3])
local whole = era and seq and floor and eraOfRows == era and seqOfRows == seq
highest = math.max(highest, eraOfRows or 0, seqOfRows or 0)

local function put()
  redis.call('SET', KEYS[1], text(era) .. ';' .. text(seq))
  redis.call('ZADD', KEYS[2], text(era), '@', text(seq), '#', text(floor), '^')
end

-- While the slot of the cells moves, the old master refuses to write what was unlinked: then they are gone.
local function anew()
  redis.call('UNLINK', KEYS[1], KEYS[2])
  era = after(highest)
  seq, floor = era, era
  put()
end
`;

const ANSWER = `return text(era) .. ';' .. text(seq)`;

/**
 * The same for a server that does not know the flag: it refuses a command that needs memory only while the script has
 * written nothing, and to remove what is never there, or an expiry that is not, counts as a write.
 */
const WRITING_FIRST = `redis.pcall('ZREM', KEYS[2], '-')`;

/** A script that takes memory and has to land all the same. */
function landing(...parts: readonly string[]): Script {
  return { flagged: script(ALLOW_OOM, ...parts).flagged, plain: script('', WRITING_FIRST, ...parts).plain };
}

/** `KEYS` clock, tags · `ARGV` highest number known → what the clock reads, begun where it is not whole. */
export const SNAPSHOT_TAGS = landing(
  STATE,
  `
if not whole then anew() end
${ANSWER}
`,
);

/** `KEYS` clock, tags · `ARGV` highest number known → what the clock reads in its new era. */
export const CLEAR_TAGS = landing(
  STATE,
  `
anew()
${ANSWER}
`,
);

const ALONE = `
if not (era and seq and ARGV[2] == '1') then
  era = after(highest)
  seq = era
  redis.call('SET', KEYS[1], text(era) .. ';' .. text(seq))
end
${ANSWER}
`;

/**
 * `KEYS` clock · `ARGV` highest number known, 1 to leave a clock that is there → what it reads, begun where it is not
 * left.
 *
 * In the place of the scripts above and below, where a Cluster lets no command have both cells: while their slot moves,
 * when one of them has gone to the other master, and for as long as the move lasts when one is not there. A new era
 * ends what an invalidation was to end, and everything else. No table fits it, so that the next script which has both
 * begins another. A stamp that this clock gave is as good as any: each invalidation, by whichever script, moves it on.
 */
export const CLOCK_ALONE: Script = {
  flagged: script(ALLOW_OOM, CLOCK, ALONE).flagged,
  plain: script('', `redis.pcall('PERSIST', KEYS[1])`, CLOCK, ALONE).plain,
};

/** So many rows are dropped at once at most, and those three marks that are no rows may stand among them. */
const DROPPED = 1_000;
const MARKS = 3;
/** Lua hands a command fewer than 8,000 arguments. */
const AT_ONCE = 2_000;

/**
 * `KEYS` clock, tags · `ARGV` highest number known, how many rows are kept at most, for how many µs, tags → what the
 * clock reads now.
 *
 * Rows beyond either bound go, the oldest first, and `floor` becomes the number of the newest of them: of an entry with
 * tags that is older, no process can tell any more. Where a row is to go, it is among the four lowest members.
 */
export const INVALIDATE_TAGS = landing(
  STATE,
  `
if not whole then
  anew()
  ${ANSWER}
end
seq = math.max(after(seq), (number(ARGV[1]) or 0) + 1)

local at, row = text(seq), {}
for i = 4, #ARGV do
  row[#row + 1] = at
  row[#row + 1] = 't:' .. ARGV[i]
  if #row == ${AT_ONCE} or i == #ARGV then
    redis.call('ZADD', KEYS[2], unpack(row))
    row = {}
  end
end

local surplus, due = redis.call('ZCARD', KEYS[2]) - ${MARKS} - tonumber(ARGV[2]), nowUs - tonumber(ARGV[3])
local function mayGo(member, score, gone)
  return string.sub(member, 1, 2) == 't:' and score < seq and (gone < surplus or score < due)
end

local lowest, goes = redis.call('ZRANGE', KEYS[2], 0, ${MARKS}, 'WITHSCORES'), false
for i = 1, #lowest, 2 do
  goes = goes or mayGo(lowest[i], tonumber(lowest[i + 1]), 0)
end
if goes then
  local gone, low = {}, redis.call('ZRANGE', KEYS[2], 0, ${DROPPED + MARKS - 1}, 'WITHSCORES')
  for i = 1, #low, 2 do
    local score = tonumber(low[i + 1])
    if mayGo(low[i], score, #gone) then
      gone[#gone + 1] = low[i]
      floor = math.max(floor, score)
    end
  end
  redis.call('ZREM', KEYS[2], unpack(gone))
end
put()
${ANSWER}
`,
);

/**
 * `KEYS` tags · `ARGV` above which number, how many members at most, tags → the marks `@`, `#`, `^` and the numbers of
 * the tags, then members above the number with theirs, the latest first; nothing where a mark is missing.
 *
 * It only reads, and says so to no server: one that was demoted, or has too few replicas, refuses it then. On a full
 * one it runs.
 */
export const CATCH_UP = script(
  ALLOW_OOM,
  `
local ask = { '@', '#', '^' }
for i = 3, #ARGV do ask[#ask + 1] = 't:' .. ARGV[i] end
local marks = redis.call('ZMSCORE', KEYS[1], unpack(ask))
if not (marks[1] and marks[2] and marks[3]) then return {} end
return { marks, redis.call('ZREVRANGEBYSCORE', KEYS[1], '+inf', '(' .. ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2]) }
`,
);

/**
 * `KEYS` the clock, or the tags, of a namespace → 1. It is gone if it is one: what other programs keep under such a
 * name stays.
 */
export const DROP_TAGS = script(
  ALLOW_OOM,
  `
${held('clock', 'KEYS[1]')}
local isOurs = type(clock) == 'string' and string.find(clock, '^%d+;%d+$')
if type(clock) == 'table' then
  local marks = redis.pcall('ZMSCORE', KEYS[1], '@')
  isOurs = not marks.err and marks[1]
end
if isOurs then redis.call('UNLINK', KEYS[1]) end
return 1
`,
);
