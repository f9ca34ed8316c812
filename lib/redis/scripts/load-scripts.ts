import { isUnknownShebang } from './redis-errors.js';
import { refusalIn } from './refused-command.js';
import type { Command, Commands } from './script-runner.js';
import type { ScriptDialect } from './script-dialect.js';
import type { Script } from './script-text.js';

/**
 * Gives a server the scripts before they are called by their digest: the error of each first call would stand in the
 * traces of whichever request it was. Where the user may not load them, they are sent with the first call, as ever.
 */
export async function loadScripts(
  commands: Commands,
  scripts: readonly Script[],
  dialect: ScriptDialect,
): Promise<void> {
  if (!dialect.loads) return;
  const load = scripts.map((script): Command => ['script', 'load', dialect.textOf(script).text]);
  const replies = await commands.callMany(load).catch(() => []);
  if (dialect.hasFlags && replies.some(isUnknownShebang)) {
    dialect.giveUpFlags();
    return loadScripts(commands, scripts, dialect);
  }
  if (replies.some((reply) => reply instanceof Error && refusalIn(reply, []) !== undefined)) {
    dialect.loads = false;
  }
}
