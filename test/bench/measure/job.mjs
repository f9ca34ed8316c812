import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of its own under the same Node, which answers each message with one. */
export class Job {
  constructor(file, spec, execArgv = []) {
    this.child = fork(fileURLToPath(new URL(`../jobs/${file}`, import.meta.url)), [JSON.stringify(spec)], {
      execArgv: ['--expose-gc', ...execArgv],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    this.ended = once(this.child, 'exit').then(([code, signal]) => {
      throw new Error(`${file} ${JSON.stringify(spec)} ended with ${signal ?? code}`);
    });
    // It is waited for in `next`; outside of that, nobody minds.
    this.ended.catch(() => undefined);
  }

  /** The next message. @throws {Error} what the job failed with */
  async next() {
    const [message] = await Promise.race([once(this.child, 'message'), this.ended]);
    if (message.error !== undefined) throw new Error(message.error);
    return message.result;
  }

  ask(message) {
    const answer = this.next();
    this.child.send(message);
    return answer;
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill();
    await this.ended.catch(() => undefined);
  }
}

/** The only message of a job. */
export async function runJob(file, spec, execArgv) {
  const job = new Job(file, spec, execArgv);
  try {
    return await job.next();
  } finally {
    await job.stop();
  }
}
