import { Laboratory } from './laboratory.js';
import { searches } from './searches.js';
import type { Outcome } from './task.js';
import { trials } from './trials.js';

/** What a worker says: that it is ready for a task, or what came of one. */
export type Word =
  | { readonly ready: true }
  | { readonly done: number; readonly outcome: Outcome; readonly seconds: number }
  | { readonly done: number; readonly failure: string };

const tasks = [...searches(Number(process.argv[2])), ...trials()];
const laboratory = new Laboratory();

process.on('message', (number: number) => void (number < 0 ? process.disconnect() : work(number)));
// Told to, or because whoever hands out the work has ended.
process.on('disconnect', () => void end());
say({ ready: true });

async function work(number: number): Promise<void> {
  const begun = process.cpuUsage();
  try {
    const outcome = await tasks[number]?.run(laboratory);
    const { user, system } = process.cpuUsage(begun);
    say({ done: number, outcome: outcome as Outcome, seconds: (user + system) / 1e6 });
  } catch (error) {
    say({ done: number, failure: String(error instanceof Error ? error.message : error) });
  }
}

async function end(): Promise<void> {
  await laboratory.close();
  process.exit();
}

function say(word: Word): void {
  if (process.connected) process.send?.(word);
}
