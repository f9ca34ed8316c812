import type { ChildProcess } from 'node:child_process';
import { startProcess } from '../../chaos/observer/replica-process.js';
import type { Reply, Request, ServiceSettings } from './protocol.js';

const CLOSE_MS = 5_000;

/** One process of the service. */
export class ServiceProcess {
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | string>;

  constructor(private readonly settings: ServiceSettings) {
    this.child = startProcess(new URL('./service/service.ts', import.meta.url), [JSON.stringify(settings)]);
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
    });
  }

  /** Waits for what it says next. Nothing else is on its way: it is asked one thing at a time. */
  async hear<R extends Reply['re']>(expected: R): Promise<Extract<Reply, { re: R }>> {
    const { contender, replica } = this.settings;
    const said = new Promise<Reply>((resolve) => this.child.once('message', resolve));
    const reply = await Promise.race([said, this.ended]);
    if (typeof reply === 'object' && reply.re === expected) return reply as Extract<Reply, { re: R }>;
    const what = typeof reply === 'object' ? ('message' in reply ? reply.message : reply.re) : `it ended with ${reply}`;
    throw new Error(`process ${replica} (${contender}) was to say "${expected}", but: ${what}`);
  }

  async ask<R extends Reply['re']>(request: Request, expected: R): Promise<Extract<Reply, { re: R }>> {
    const reply = this.hear(expected);
    this.child.send(request, () => undefined);
    return reply;
  }

  /** Asks it to end by itself. Answers what it ended with. */
  async close(): Promise<number | string> {
    const impatience = setTimeout(() => this.kill(), CLOSE_MS);
    if (this.child.connected) this.child.send({ op: 'close' } satisfies Request, () => undefined);
    const end = await this.ended;
    clearTimeout(impatience);
    return end;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
