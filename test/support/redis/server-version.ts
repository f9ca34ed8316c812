import { execFileSync } from 'node:child_process';

const PROGRAM = process.env['REDIS_SERVER_BIN'] ?? 'redis-server';
const [, major = '0'] = /v=(\d+)\./.exec(execFileSync(PROGRAM, ['--version'], { encoding: 'utf8' })) ?? [];

/** Whether the servers of the tests know the line `#!lua` of a script: Redis 7 and Valkey do. */
export const KNOWS_SCRIPT_FLAGS = Number(major) >= 7;

/** What there is to warn of, but for a server that does not know it, where the tests run on one. */
export function besidesFlags(warnings: readonly string[]): string[] {
  return warnings.filter((warning) => KNOWS_SCRIPT_FLAGS || !warning.includes('script flags'));
}
