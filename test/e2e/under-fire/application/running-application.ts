import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { CasTopology } from 'nestjs-cascache';

type Told = { readonly listening: number } | { readonly began: number };

const ROOT = process.cwd();
const MAIN = join(ROOT, 'test/e2e/under-fire/application/main.ts');
const REGISTER = join(ROOT, 'test/support/typescript/register.mjs');

/** The application, running as a process. */
export class RunningApplication {
  /** The numbers of the requests that it has begun to answer. */
  readonly began = new Set<number>();
  /** Whatever it wrote: unhandled rejections and uncaught exceptions above all. */
  output = '';
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    child.on('message', (told: Told) => 'began' in told && this.began.add(told.began));
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** Resolves with the port of its HTTP server. */
  static async start(
    redisPort: number,
    topology: CasTopology,
    ending: 'hooks' | 'close',
  ): Promise<{ readonly app: RunningApplication; readonly port: number }> {
    const child = fork(MAIN, [String(redisPort), topology, ending], {
      execArgv: ['--import', REGISTER, '--unhandled-rejections=strict'],
      env: { ...process.env, CASCACHE_SOURCES: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const app = new RunningApplication(child);
    const listening = new Promise<number>((resolve) => {
      child.on('message', (told: Told) => 'listening' in told && resolve(told.listening));
    });
    const first = await Promise.race([listening, app.ended]);
    if (typeof first !== 'number') throw new Error(`the application did not start:\n${app.output}`);
    return { app, port: first };
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.child.kill(signal);
  }
}
