import { CLOCK, floor, ISSUING } from './issuing.js';
import { script } from './script-text.js';

/**
 * `KEYS` generation, value · `ARGV` least ttl of a generation, floor → what value and cell hold, as MGET answers them,
 * and, where the cell holds no generation, the one issued for a load; `0` while it is open. What is there is left as it
 * is: only a script that issues writes.
 *
 * Nearly every key that it is asked for has no cell, or a plain one.
 */
export const READ_OR_ISSUE = script(
  '',
  `
local found = redis.call('MGET', KEYS[2], KEYS[1])
local cell = found[2]
if cell and string.find(cell, '^[1-9]%d*$') and tonumber(cell) <= 9007199254740990 then return found end
`,
  CLOCK,
  floor(2),
  `
if clockLeads then
  local issued = string.format('%.0f', nowUs)
  redis.call('SET', KEYS[1], issued, 'PX', ARGV[1])
  return { found[1], false, issued }
end
`,
  ISSUING,
  `
local state, generation = read()
if state == 'open' then return { found[1], cell, '0' } end
local issued = issue(generation)
put(KEYS[1], state, issued, ARGV[1])
return { found[1], cell, issued }
`,
);
