import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = process.cwd();
const REGISTER = pathToFileURL(join(ROOT, 'test/support/typescript/register.mjs')).href;
const DEADLINES = pathToFileURL(join(ROOT, 'lib/core/support/deadlines.ts')).href;

/** What a process says that runs the code, and how it ends, by itself. */
async function run(code: string): Promise<{ said: string; exitCode: unknown }> {
  const script = `import { Deadlines } from '${DEADLINES}';\n${code}`;
  const child = spawn(process.execPath, ['--import', REGISTER, '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<unknown[]>]);
  return { said, exitCode };
}

const NEVER = 'new Promise(() => undefined)';
const EXPIRED = "() => console.log('expired')";

describe('a process', () => {
  it('lives until the deadline of what is waited for, be it the first operation or a later one', async () => {
    const code = `
      const deadlines = new Deadlines(50);
      void deadlines.guard(Promise.resolve(), ${EXPIRED});
      setImmediate(() => {
        void deadlines.guard(${NEVER}, ${EXPIRED});
        process.nextTick(() => void deadlines.guard(${NEVER}, ${EXPIRED}));
      });`;
    expect(await run(code)).toEqual({ said: 'expired\nexpired\n', exitCode: 0 });
    expect(await run(`void new Deadlines(50).guard(${NEVER}, ${EXPIRED});`)).toEqual({
      said: 'expired\n',
      exitCode: 0,
    });
  });

  it('ends as soon as nobody waits, however far away the deadline is', async () => {
    const code = `
      const deadlines = new Deadlines(3_600_000);
      for (let n = 0; n < 3; n++) await deadlines.guard(Promise.resolve(), ${EXPIRED});
      await deadlines.guard(new Promise(setImmediate), ${EXPIRED});
      console.log('done');`;
    expect(await run(code)).toEqual({ said: 'done\n', exitCode: 0 });
  });
});
