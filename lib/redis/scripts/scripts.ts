import { MOST_AHEAD_US } from './most-ahead.js';
import { ALLOW_OOM, extend, held, script } from './script-text.js';
import type { Script } from './script-text.js';

/**
 * What is there, and the time: `cell` is what the key of the generation holds, or `false` for nothing.
 *
 * `clockLeads`: nothing is there, or a plain number in the past, so that the time itself is the next generation. That
 * is how nearly every key is found, so what has to be done then comes before the functions for all other cells are even
 * made.
 */
const LOOKING = `
${held('cell', 'KEYS[1]')}
local time = redis.call('TIME')
local nowUs = time[1] * 1000000 + time[2]
local clockLeads = not cell or type(cell) == 'string' and string.find(cell, '^[1-9]%d*$') and tonumber(cell) < nowUs
`;

/**
 * `floor`: the largest generation that the caller has seen, or 0. What is issued is larger. A script that only carries
 * the last generation, as opening a key does, needs none: whatever is issued after it has one.
 *
 * @param at which argument it is
 */
function floor(at: number): string {
  return `
local floor = tonumber(ARGV[${at}] or '0')
if floor > nowUs + ${MOST_AHEAD_US} then floor = 0 end
if floor >= nowUs then clockLeads = false end
`;
}

/**
 * What a cell holds: nothing, a decimal generation, or `!<prev>;<token>=<deadlineMs>;…` while writers have it open.
 *
 * `read` answers the state (`absent`, `plain`, `open`, or `lapsed` when every writer's time has run out), the last
 * generation (0: none), the living tokens as they stand in the cell, and how long the longest of them lives. Whatever
 * no version of this package wrote counts as absent, and so the next SET replaces it, of whatever type it is.
 *
 * `issue` never repeats a number: not after a loss (the clock has moved on) and not within a microsecond. Numbers
 * become text by `%.0f` only, since Lua's own way rounds to 14 digits.
 */
const ISSUING = `
local MAX = 9007199254740990
local nowMs = math.floor(nowUs / 1000)

local function text(number)
  return string.format('%.0f', number)
end

local function decimal(digits)
  if not string.find(digits, '^[1-9]%d*$') then return nil end
  local number = tonumber(digits)
  if number > MAX then return nil end
  return number
end

local function issue(prev)
  prev = math.max(prev, floor)
  if prev < nowUs or prev >= MAX then return text(nowUs) end
  return text(prev + 1)
end

local function read()
  if type(cell) ~= 'string' then return 'absent', 0 end
  local generation = decimal(cell)
  if generation then return 'plain', generation end
  local prev, list = string.match(cell, '^!(%d+)(.*)$')
  if not prev then return 'absent', 0 end
  generation = prev == '0' and 0 or decimal(prev)
  local rest = string.gsub(list, ';[^;=]+=%d+', '')
  if not generation or (rest ~= '' and rest ~= ';') then return 'absent', 0 end
  local living, latest = '', 0
  for token, digits in string.gmatch(list, ';([^;=]+)=(%d+)') do
    local deadline = tonumber(digits)
    if deadline > MAX then return 'absent', 0 end
    if deadline > nowMs then
      living = living .. ';' .. token .. '=' .. digits
      latest = math.max(latest, deadline)
    end
  end
  if living == '' then return 'lapsed', generation end
  return 'open', generation, living, latest - nowMs
end

local function put(key, state, generation, ttl)
  local left = -2
  if state ~= 'absent' then left = redis.call('PTTL', key) end
  if left == -1 then
    redis.call('SET', key, generation)
  else
    redis.call('SET', key, generation, 'PX', text(math.max(left, tonumber(ttl))))
  end
end

local function reopen(key, generation, living, ttl)
  redis.call('SET', key, '!' .. generation .. living, 'PX', text(ttl))
end
`;

/**
 * The same for a server that does not know the flag. It refuses a command that needs memory only while the script has
 * written nothing, so this writes what is there already. To remove the cell instead would not do. While its slot moves,
 * the old master refuses writes to a key that it no longer has, and what other writers hold would be lost.
 */
const WRITING_FIRST = `
local left = redis.call('PTTL', KEYS[1])
if left < 0 then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], math.max(left, 1)) end
`;

/** A script that takes memory and has to land all the same. */
function landing(...parts: readonly string[]): Script {
  return { flagged: script(ALLOW_OOM, ...parts).flagged, plain: script('', WRITING_FIRST, ...parts).plain };
}

/**
 * A writer of an open cell. `apart` answers the others, whether it was among the living, and how long the longest of
 * the others lives; `hold` opens the cell for it and them.
 */
const WRITERS = `
local function apart(living, token)
  local others, held, latest = '', false, 0
  for name, digits in string.gmatch(living or '', ';([^;=]+)=(%d+)') do
    if name == token then
      held = true
    else
      others = others .. ';' .. name .. '=' .. digits
      latest = math.max(latest, tonumber(digits))
    end
  end
  return others, held, latest - nowMs
end

local function hold(key, generation, others, ttl, token, lease)
  local writers = others .. ';' .. token .. '=' .. text(nowMs + tonumber(lease))
  reopen(key, text(generation), writers, math.max(ttl, tonumber(lease)))
end
`;

/**
 * `KEYS` generation · `ARGV` its least ttl, floor → the generation, issued when there is none; 0 while the cell is
 * open.
 */
export const SNAPSHOT = script(
  '',
  LOOKING,
  floor(2),
  `
if clockLeads then
  if cell then
    ${extend('ARGV[1]')}
    return cell
  end
  local issued = string.format('%.0f', nowUs)
  redis.call('SET', KEYS[1], issued, 'PX', ARGV[1])
  return issued
end
`,
  ISSUING,
  `
local state, generation = read()
if state == 'open' then return '0' end
if state == 'plain' then
  ${extend('ARGV[1]')}
  return text(generation)
end
local issued = issue(generation)
put(KEYS[1], state, issued, ARGV[1])
return issued
`,
);

/** `KEYS` generation · `ARGV` observed generation, its least ttl → 1: current, 0: moved on. It takes no memory. */
export const EXTEND = script(
  ALLOW_OOM,
  `
${held('found', 'KEYS[1]')}
if found ~= ARGV[1] then return 0 end
${extend('ARGV[2]')}
return 1
`,
);

/**
 * `KEYS` generation, and the value if it is to go · `ARGV` least ttl, floor → the generation issued. An open cell stays
 * open.
 */
export const BUMP = landing(
  LOOKING,
  floor(2),
  `
if clockLeads then
  local issued = string.format('%.0f', nowUs)
  if cell then
    redis.call('SET', KEYS[1], issued, 'KEEPTTL')
    ${extend('ARGV[1]')}
  else
    redis.call('SET', KEYS[1], issued, 'PX', ARGV[1])
  end
  if KEYS[2] then redis.call('UNLINK', KEYS[2]) end
  return issued
end
`,
  ISSUING,
  `
local state, generation, living, ttl = read()
local issued = issue(generation)
if state == 'open' then reopen(KEYS[1], issued, living, ttl) else put(KEYS[1], state, issued, ARGV[1]) end
if KEYS[2] then redis.call('UNLINK', KEYS[2]) end
return issued
`,
);

/**
 * `KEYS` generation · `ARGV` floor → 1. Removes it, which ends the generation as a bump does; an open cell stays open
 * under a new number.
 */
export const CLEAR_CELL = landing(
  LOOKING,
  floor(1),
  ISSUING,
  `
local state, generation, living, ttl = read()
if state == 'open' then reopen(KEYS[1], issue(generation), living, ttl) else redis.call('UNLINK', KEYS[1]) end
return 1
`,
);

/**
 * `KEYS` generation, and the value if it is to go · `ARGV` token, lease → 1. The cell is open, and expires with its
 * last writer.
 */
export const OPEN = landing(
  LOOKING,
  ISSUING,
  WRITERS,
  `
local _, generation, living = read()
local others, _, ttl = apart(living, ARGV[1])
hold(KEYS[1], generation, others, ttl, ARGV[1], ARGV[2])
if KEYS[2] then redis.call('UNLINK', KEYS[2]) end
return 1
`,
);

/** `KEYS` generation · `ARGV` token, lease → 1: extended, 0: the token was not there, and is not put back. */
export const RENEW = landing(
  LOOKING,
  ISSUING,
  WRITERS,
  `
local _, generation, living = read()
local others, held, ttl = apart(living, ARGV[1])
if not held then return 0 end
hold(KEYS[1], generation, others, ttl, ARGV[1], ARGV[2])
return 1
`,
);

/**
 * `KEYS` generation, and the value if it is to go · `ARGV` token, least ttl, floor → the generation issued, and 1 if
 * the token was there. The cell stays open for the writers that are left.
 */
export const SETTLE = landing(
  LOOKING,
  floor(3),
  ISSUING,
  WRITERS,
  `
local state, generation, living = read()
local others, held, ttl = apart(living, ARGV[1])
local issued = issue(generation)
if others ~= '' then reopen(KEYS[1], issued, others, ttl) else put(KEYS[1], state, issued, ARGV[2]) end
if KEYS[2] then redis.call('UNLINK', KEYS[2]) end
return { issued, held and 1 or 0 }
`,
);

/** `KEYS` lease · `ARGV` token → 1: given back, 0: it is not the token's. It takes no memory. */
export const RELEASE = script(
  ALLOW_OOM,
  `
${held('found', 'KEYS[1]')}
if found ~= ARGV[1] then return 0 end
return redis.call('UNLINK', KEYS[1])
`,
);
