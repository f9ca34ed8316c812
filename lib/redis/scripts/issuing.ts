import { MOST_AHEAD_US } from './most-ahead.js';
import { held } from './script-text.js';

// Parts of the scripts that issue generations.

/**
 * The time. `clockLeads`: in `cell` is nothing, or a plain number in the past, so that the time itself is the next
 * generation. That is how nearly every key is found, so what has to be done then comes before the functions for all
 * other cells are even made.
 */
export const CLOCK = `
local time = redis.call('TIME')
local nowUs = time[1] * 1000000 + time[2]
local clockLeads = not cell or type(cell) == 'string' and string.find(cell, '^[1-9]%d*$') and tonumber(cell) < nowUs
`;

/** What is there, and the time: `cell` is what the key of the generation holds, or `false` for nothing. */
export const LOOKING = held('cell', 'KEYS[1]') + CLOCK;

/**
 * `floor`: the largest generation that the caller has seen, or 0. What is issued is larger. A script that only carries
 * the last generation, as opening a key does, needs none: whatever is issued after it has one.
 *
 * @param at which argument it is
 */
export function floor(at: number): string {
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
export const ISSUING = `
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
