import type { ChildProcess } from 'node:child_process';
import type { Commit } from '../app/database.js';
import { startProcess } from './replica-process.js';

/** The process of the database, which tells of every commit. */
export class DatabaseProcess {
  onCommit: (commit: Commit) => void = () => undefined;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    child.on('message', (commit: Commit) => this.onCommit(commit));
  }

  static start(seed: number): Promise<DatabaseProcess> {
    const child = startProcess(new URL('../app/database.ts', import.meta.url), [String(seed)]);
    return new Promise((resolve, reject) => {
      child.once('message', ({ port }: { port: number }) => resolve(new DatabaseProcess(child, port)));
      child.once('exit', () => reject(new Error('the database did not start')));
    });
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}
