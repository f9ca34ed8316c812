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

export function withSha(text: string): ScriptText {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
