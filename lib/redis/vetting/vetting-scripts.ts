import { withSha } from '../scripts/script-text.js';
import type { Script } from '../scripts/script-text.js';

/** Without `no-writes`, so that a server which must not write refuses it; on a full one it runs. */
const FLAGS = '#!lua flags=allow-oom\n';

const IS_STILL = `
local info = redis.call('INFO', 'replication')
local isStill = string.find(info, 'role:master', 1, true) and string.find(info, 'master_replid:' .. ARGV[1], 1, true)
`;

/**
 * `ARGV` replId, or '' → 1, and 0 when this is not the master any more that it was. It has no key, so every node of a
 * Cluster carries it out. A demoted master answers READONLY, one without enough replicas NOREPLICAS.
 */
export const PROVE = script(`
if ARGV[1] == '' then return 1 end
${IS_STILL}
return isStill and 1 or 0
`);

/**
 * `KEYS` the marker, or none · `ARGV` replId, runId, ttl, since when, or '' and for how long → since when it has been
 * this master, by its own clock in milliseconds; 0 when it is another one now, and then nothing is written.
 */
export const MARK = script(`
${IS_STILL}
if not isStill then return '0' end
local since = ARGV[4]
if since == '' then
  local time = redis.call('TIME')
  since = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - tonumber(ARGV[5]))
end
if KEYS[1] then redis.call('SET', KEYS[1], ARGV[2] .. ':' .. ARGV[1] .. ':' .. since, 'PX', ARGV[3]) end
return since
`);

function script(text: string): Script {
  return { flagged: withSha(FLAGS + text.trim()), plain: withSha(text.trim()) };
}
