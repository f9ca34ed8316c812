import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterEach, expect, it } from '@jest/globals';

import { commandLine, printed } from '../../support/cli/command-line.js';
import { freshNamespace, sharedRedis } from '../../support/redis/shared-redis.js';

const PROGRAM = join(process.cwd(), 'test/support/redis/leased-process.ts');
const REGISTER = join(process.cwd(), 'test/support/typescript/register.mjs');
/** As an application has it. */
const DELTA_MS = '1000';

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
});

/** A process that serves from memory, and answers each command with a line. */
async function holder(url: string, namespace: string): Promise<(command: string) => Promise<string>> {
  const child = fork(PROGRAM, [url, namespace, DELTA_MS], {
    execArgv: ['--import', REGISTER],
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  });
  running.push(child);
  const lines = createInterface(child.stdout as Readable)[Symbol.asyncIterator]();
  return async (command) => {
    (child.stdin as Writable).write(`${command}\n`);
    return String((await lines.next()).value);
  };
}

it('before the command has ended, the process serves nothing any more of what was invalidated', async () => {
  const [url, namespace] = [await sharedRedis(), freshNamespace()];
  const say = await holder(url, namespace);
  expect(await say('serve a')).toBe('served');
  expect(await say('sync a')).toBe('a');
  const ran = await commandLine(['invalidate', 'a', '--namespace', namespace, '--json'], url);
  expect(await say('sync a')).toBe('undefined');
  expect(ran.code).toBe(0);
  expect(printed(ran)).toMatchObject({ readLeases: { announcements: 1 } });
});

it('nor of what was cleared', async () => {
  const [url, namespace] = [await sharedRedis(), freshNamespace()];
  const say = await holder(url, namespace);
  expect(await say('serve a')).toBe('served');
  const ran = await commandLine(['clear', '--yes', '--namespace', namespace], url);
  expect(await say('sync a')).toBe('undefined');
  expect(ran.stdout).toMatch(/processes with read leases were told, and waited for: \d+ ms/);
});
