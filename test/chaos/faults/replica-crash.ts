import { setTimeout as pause } from 'node:timers/promises';
import type { Commit } from '../app/database.js';
import { hasIntents } from '../app/protocol.js';
import type { Observer } from '../observer/observer.js';
import { fault } from './fault.js';

/** kill -9 of a replica of the application between the commit of a write under an intent and its end; and a new one. */
export const replicaCrash = fault('standalone', 'replica-crash', async ({ observer, random, startReplica }) => {
  const { by, row } = await nextGuardedCommit(observer);
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
      // At once: the database has not even told the writer yet.
      resolve(commit);
    };
  });
}
