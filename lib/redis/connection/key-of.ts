import type { Command } from '../scripts/script-runner.js';

/** The first key of a command. That of a script follows the number of its keys. */
export function keyOf(command: Command): string {
  const [name] = command;
  return String(command[name === 'evalsha' || name === 'eval' ? 3 : 1]);
}
