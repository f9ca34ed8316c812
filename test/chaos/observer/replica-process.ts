import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ReplicaSettings, Reply, Request } from '../app/protocol.js';

const REGISTER = new URL('../../support/typescript/register.mjs', import.meta.url).href;
const CLOSE_MS = 4_000;

/** Starts a file of the laboratory as a process that speaks with this one. */
export function startProcess(file: URL, args: readonly string[], build?: string): ChildProcess {
  return fork(fileURLToPath(file), [...args], {
    env: build === undefined ? process.env : { ...process.env, CASCACHE_BUILD: build },
    execArgv: [
      '--import',
      REGISTER,
      '--enable-source-maps',
      '--expose-gc',
      '--trace-warnings',
      '--disable-warning=ExperimentalWarning',
    ],
  });
}

/** One running replica of the application. */
export class ReplicaProcess {
  readonly replica: number;
  readonly ended: Promise<number | string>;
  private readonly child: ChildProcess;

  private constructor(settings: ReplicaSettings, onReply: (reply: Reply) => void) {
    this.replica = settings.replica;
    const file = new URL('../app/replica.ts', import.meta.url);
    this.child = startProcess(file, [JSON.stringify(settings)], settings.build);
    this.child.on('message', (reply: Reply) => onReply(reply));
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
    });
  }

  /** Resolves when it has booted. */
  static async start(settings: ReplicaSettings, onReply: (reply: Reply) => void): Promise<ReplicaProcess> {
    let ready = (): void => undefined;
    const booted = new Promise<void>((resolve) => (ready = resolve));
    const started = new ReplicaProcess(settings, (reply) => (reply.re === 'ready' ? ready() : onReply(reply)));
    const ended = await Promise.race([booted, started.ended]);
    if (ended !== undefined) throw new Error(`replica ${settings.replica} ended with ${ended} instead of booting`);
    return started;
  }

  send(request: Request): void {
    // A replica that was killed a moment ago may not be known to be gone yet.
    if (this.child.connected) this.child.send(request, () => undefined);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** Asks it to end by itself. Answers what it ended with. */
  async close(): Promise<number | string> {
    const impatience = setTimeout(() => this.kill(), CLOSE_MS);
    this.send({ op: 'close', id: 0 });
    const end = await this.ended;
    clearTimeout(impatience);
    return end;
  }
}
