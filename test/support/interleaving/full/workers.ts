import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

import type { Word } from './worker.js';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Runs are short, and leave nothing behind: most of it never has to be copied. */
const EXEC_ARGV = [...process.execArgv, '--max-semi-space-size=32', '--disable-warning=ExperimentalWarning'];

/**
 * Hands the tasks of these numbers to as many processes as there are cores, in this order, and tells what came of each.
 */
export async function shareOut(numbers: readonly number[], seed: number, tell: (word: Word) => void): Promise<void> {
  const queue = [...numbers];
  const workers = Array.from({ length: Math.min(availableParallelism(), queue.length) }, () => {
    const worker = fork(WORKER, [String(seed)], { execArgv: EXEC_ARGV });
    worker.on('message', (word: Word) => {
      if ('done' in word) tell(word);
      worker.send(queue.shift() ?? -1);
    });
    return new Promise<void>((resolve, reject) => {
      worker.once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`A worker ended with code ${code}.`));
      });
    });
  });
  await Promise.all(workers);
}
