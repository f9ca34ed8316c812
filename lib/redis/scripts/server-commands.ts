import type { Commands } from './script-runner.js';

// What is asked of a server by name, with the type of its reply.

export function info(commands: Commands, section: string): Promise<string> {
  return commands.call(['info', section]) as Promise<string>;
}

/** The time of the server, as whole seconds and the microseconds beyond them. */
export async function timeMs(commands: Commands): Promise<number> {
  const [seconds, micros] = (await commands.call(['time'])) as [string, string];
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

/** A page of the keys that match, and the cursor of the next one: `'0'` when there is none. */
export function scanPage(
  commands: Commands,
  cursor: string,
  pattern: string,
  page: number,
): Promise<[cursor: string, names: string[]]> {
  return commands.call(['scan', cursor, 'MATCH', pattern, 'COUNT', page]) as Promise<[string, string[]]>;
}

export async function clusterNodes(commands: Commands): Promise<string> {
  return String(await commands.call(['cluster', 'NODES']));
}
