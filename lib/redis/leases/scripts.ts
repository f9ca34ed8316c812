import { ALLOW_OOM, script } from '../scripts/script-text.js';
import type { Script } from '../scripts/script-text.js';

/**
 * `KEYS` registry · `ARGV` identity of the server, nonce. The list of those that hold leases, made anew where it is
 * not there, is of another type, or is that of another server: what a snapshot or a master before this one brought
 * along names holders that hear nothing of what is announced here.
 *
 * `id` names the registry, `run` the server, `since` is when it was made, by the clock of the server. It has no expiry.
 */
const REGISTRY = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local registry = redis.pcall('HMGET', KEYS[1], 'id', 'run', 'since')
if registry.err or not registry[1] or not tonumber(registry[3]) or registry[2] ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  registry = { ARGV[2], ARGV[1], string.format('%.0f', now) }
  redis.call('HSET', KEYS[1], 'id', registry[1], 'run', registry[2], 'since', registry[3])
end
`;

/** What the server is asked to do for leases. */
export interface LeaseScripts {
  /**
   * `KEYS` registry · `ARGV` identity, nonce, holder, number, its channel, the holder that it takes the place of or ''
   * → id, whether it was there. The answer that counts is the mark on the channel.
   */
  readonly hold: Script;
  /**
   * `KEYS` registry, clock of the tags where it is to stand behind the message · `ARGV` identity, nonce, channel,
   * message, youth → id, what is left of its youth, then each holder and its number. The message goes to
   * every subscriber: a holder that was struck off hears it, too.
   */
  readonly announce: Script;
}

/** @param publish SPUBLISH where channels belong to slots */
export function leaseScripts(publish: 'PUBLISH' | 'SPUBLISH'): LeaseScripts {
  return {
    hold: script(
      ALLOW_OOM,
      REGISTRY,
      `
local last = redis.call('HGET', KEYS[1], 'h:' .. ARGV[3])
if not last or tonumber(last) < tonumber(ARGV[4]) then redis.call('HSET', KEYS[1], 'h:' .. ARGV[3], ARGV[4]) end
if ARGV[6] ~= '' then redis.call('HDEL', KEYS[1], 'h:' .. ARGV[6]) end
local had = last and '1' or '0'
redis.call('${publish}', ARGV[5], 'm;' .. ARGV[4] .. ';' .. registry[1] .. ';' .. had .. ';' .. ARGV[1])
return { registry[1], had }
`,
    ),
    announce: script(
      ALLOW_OOM,
      REGISTRY,
      `
local youth = tonumber(ARGV[5])
local young = math.max(0, math.min(youth, tonumber(registry[3]) + youth - now))
local answer = { registry[1], young }
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 2) == 'h:' then
    answer[#answer + 1] = string.sub(all[i], 3)
    answer[#answer + 1] = all[i + 1]
  end
end
local message = ARGV[4]
if KEYS[2] then
  local clock = redis.pcall('GET', KEYS[2])
  if type(clock) == 'string' then message = message .. ';' .. clock end
end
redis.call('${publish}', ARGV[3], message)
return answer
`,
    ),
  };
}

/**
 * `KEYS` registry · `ARGV` id, then each holder and its number → how many were struck off: those that have not renewed
 * since they were seen with that number.
 */
export const REAP = script(
  ALLOW_OOM,
  `
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
local gone = 0
for i = 2, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], 'h:' .. ARGV[i]) == ARGV[i + 1] then
    gone = gone + redis.call('HDEL', KEYS[1], 'h:' .. ARGV[i])
  end
end
return gone
`,
);
