import { setTimeout as pause } from 'node:timers/promises';
import type { Commit } from '../app/database.js';
import { hasIntents } from '../app/protocol.js';
import type { Observer } from '../observer/observer.js';
import { fault } from './fault.js';

/**
 * kill -9 of a replica of the application at about the time at which a write under an intent is committed; and a new
 * one.
 */
export const replicaCrash = fault('standalone', 'replica-crash', async ({ observer, random, startReplica }) => {
  const { by, row } = await nextGuardedCommit(observer);
  // The database tells the writer of it, and the writer settles, a few milliseconds later.
  if (random.chance(0.5)) await pause(random.between(1, 6));
  await observer.kill(by);
  await pause(random.between(0, 300));
  await startReplica(by);
  return { note: `replica ${by}, which had just written ${row}` };
});

function nextGuardedCommit(observer: Observer): Promise<Commit> {
  return new Promise((resolve) => {
    observer.onCommit = (commit, contender) => {
      if (!hasIntents(contender)) return;
      observer.onCommit = () => undefined;
      resolve(commit);
    };
  });
}
