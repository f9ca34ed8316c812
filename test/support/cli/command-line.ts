import { execFile } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(process.cwd(), 'lib/cli/main.ts');
const REGISTER = join(process.cwd(), 'test/support/typescript/register.mjs');

/** What a command line of a process of its own came to. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both. */
  readonly all: string;
}

/** Runs it without a terminal, with this Redis in its environment. */
export function commandLine(args: readonly string[], redisUrl?: string): Promise<Ran> {
  const env = { ...process.env, REDIS_URL: redisUrl };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--import', REGISTER, PROGRAM, ...args], { env }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') return reject(error as Error);
      resolve({ code: Number(error?.code ?? 0), stdout, stderr, all: stdout + stderr });
    }).stdin?.end();
  });
}

/** The document that it printed. */
export function printed({ stdout }: Ran): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}
