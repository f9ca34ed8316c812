import type { Script } from './script-text.js';

/** The server has no such command, or its user may not run it. Trying again does not help before that is changed. */
export class RefusedCommandError extends Error {}

/** What a server or a user's rights keep from being used. */
export interface Refusal {
  /** In capitals, as the documentation of Redis writes it. `undefined`: a script called it, and nobody says which. */
  readonly command: string | undefined;
  /** By whom: rights are given, and a command that was renamed or left out is not there. */
  readonly by: 'rights' | 'server';
}

const BY_NAME: readonly (readonly [RegExp, Refusal['by']])[] = [
  [/^NOPERM .*\bpermissions to run the '([^']+)'/, 'rights'],
  [/ACL failure in script: .*\bpermissions to run the '([^']+)'/, 'rights'],
  // The quote tells it from `Unknown command called from script`, which Valkey says without a name.
  [/^ERR unknown (?:sub)?command (?:or wrong number of arguments for )?['`]([^'`]+)/i, 'server'],
];

/** Servers before 7.2 do not say which command it was, but in which line of which script it stands. */
const BY_LINE: readonly (readonly [RegExp, Refusal['by']])[] = [
  [/The user executing the script can't run this command/, 'rights'],
  [/Unknown (?:Redis )?command called from/, 'server'],
];
const WHERE = /(?:f_|script: )([0-9a-f]{40}).*?@user_script:\s?(\d+)/;

/** Whether the user may run the command, and not on this key. */
export function refusesKeys({ message }: Error): boolean {
  return /^NOPERM .*\bpermissions to access (?:one of the keys|a key)|can't access at least one of the keys/.test(
    message,
  );
}

/**
 * Which command the reply of a server refuses, where it refuses one. Nothing else looks for refusals in replies.
 *
 * @param scripts those that may have called it
 */
export function refusalIn({ message }: Error, scripts: readonly Script[]): Refusal | undefined {
  for (const [pattern, by] of BY_NAME) {
    const [, name] = pattern.exec(message) ?? [];
    if (name !== undefined) return { command: name.toUpperCase(), by };
  }
  const [, by] = BY_LINE.find(([pattern]) => pattern.test(message)) ?? [];
  if (by === undefined) return undefined;
  const [, sha, line] = WHERE.exec(message) ?? [];
  return { command: calledIn(scripts, sha, Number(line)), by };
}

function calledIn(scripts: readonly Script[], sha: string | undefined, line: number): string | undefined {
  const texts = scripts.flatMap(({ flagged, plain }) => [flagged, plain]);
  const text = texts.find((one) => one.sha === sha)?.text.split('\n')[line - 1];
  return /redis\.p?call\('(\w+)'/.exec(text ?? '')?.[1];
}
