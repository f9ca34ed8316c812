import type { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import * as readOrIssue from '../../../lib/redis/scripts/read-or-issue.js';
import type { Command } from '../../../lib/redis/scripts/script-runner.js';
import * as scripts from '../../../lib/redis/scripts/scripts.js';
import * as tagScripts from '../../../lib/redis/scripts/tag-scripts.js';
import * as valueScripts from '../../../lib/redis/scripts/value-scripts.js';

const FLAGGED = new Set<unknown>(
  [readOrIssue, scripts, tagScripts, valueScripts]
    .flatMap((each) => Object.values(each))
    .map(({ flagged }) => flagged.sha),
);

/** A space before the first line of a script makes the server compile it, and fail, as servers before Redis 7 do. */
export function withoutFlags([name, script, ...args]: Command): Command {
  const given = String(script);
  const isFlagged = FLAGGED.has(given) || (name === 'eval' && given.startsWith('#!'));
  return [name, isFlagged ? ` ${given}` : (script as string), ...args];
}

/** From now on the server of the connection seems not to know script flags. */
export function hideFlags(connection: RedisConnection): void {
  const call = connection.call.bind(connection);
  const callMany = connection.callMany.bind(connection);
  connection.call = (command) => call(hidden(command));
  connection.callMany = (commands) => callMany(commands.map(hidden));
}

function hidden(command: Command): Command {
  return command[0] === 'eval' || command[0] === 'evalsha' ? withoutFlags(command) : command;
}
