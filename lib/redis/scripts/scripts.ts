import { floor, ISSUING, LOOKING } from './issuing.js';
import { ALLOW_OOM, extend, held, script } from './script-text.js';
import type { Script } from './script-text.js';

/**
 * The same for a server that does not know the flag. It refuses a command that needs memory only while the script has
 * written nothing, so this writes what is there already, with commands that its user has to have anyhow; a cell that
 * lives for ever, as only other programs make one, needs PERSIST. To remove the cell instead would not do. While its
 * slot moves, the old master refuses writes to a key that it no longer has, and what other writers hold would be lost.
 */
const WRITING_FIRST = `
local left = redis.call('PTTL', KEYS[1])
if left == -2 then redis.call('UNLINK', KEYS[1])
elseif left == -1 then redis.call('PERSIST', KEYS[1])
else redis.call('PEXPIRE', KEYS[1], math.max(left, 1)) end
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
