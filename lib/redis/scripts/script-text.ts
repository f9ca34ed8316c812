import { createHash } from 'node:crypto';

/** A text as the server knows it. */
export interface ScriptText {
  readonly text: string;
  readonly sha: string;
}

/** A script with the `#!lua` line, and without it for servers that do not know that line. */
export interface Script {
  readonly flagged: ScriptText;
  readonly plain: ScriptText;
}

/**
 * Never shortens what an earlier entry was promised, and leaves a cell without expiry without one. In line: a function
 * would be made anew by every run.
 */
export function extend(ttl: string): string {
  return `local left = redis.call('PTTL', KEYS[1])
if left ~= -1 and left < tonumber(${ttl}) then redis.call('PEXPIRE', KEYS[1], ${ttl}) end`;
}

/**
 * What a key holds, as `name`: a text, `false` for nothing, an error for what is no text. A server that refuses to look
 * at all ends the script, since an open cell would pass for an absent one.
 */
export function held(name: string, key: string): string {
  return `local ${name} = redis.pcall('GET', ${key})
if type(${name}) == 'table' and not string.find(${name}.err, 'WRONGTYPE', 1, true) then redis.call('GET', ${key}) end`;
}

/** For the scripts that must work on a server that is full: what they end must not live on because of that. */
export const ALLOW_OOM = ' flags=allow-oom';

/** For what only reads: a server that refuses writes answers it as it does MGET. */
export const NO_WRITES = ' flags=no-writes';

export function script(flags: string, ...parts: readonly string[]): Script {
  const plain = parts.map((part) => part.trim()).join('\n\n');
  return { flagged: withSha(`#!lua${flags}\n${plain}`), plain: withSha(plain) };
}

export function withSha(text: string): ScriptText {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
