import { instead } from './broken-copy.js';
import type { Edit } from './broken-copy.js';
import { RECONNECT_DURING_A_WAIT, RESTART_FROM_AN_OLD_SNAPSHOT } from './scenarios.js';
import type { Scenario } from './scenarios.js';
import { SERVERS } from './places.js';

/** What is done with servers that end, begin, and take each other's place, with one thing deliberately wrong. */
export interface ServerMutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly caughtBy: Scenario;
}

export const SERVER_MUTANTS: readonly ServerMutant[] = [
  {
    name: 'reads before vetting',
    edits: [instead(SERVERS.unvettedAtFirst, 'NOT_VETTED')],
    caughtBy: RESTART_FROM_AN_OLD_SNAPSHOT,
  },
  {
    name: 'a vetting that removes nothing',
    edits: [instead(SERVERS.vettingDrops, 'undefined')],
    caughtBy: RESTART_FROM_AN_OLD_SNAPSHOT,
  },
  {
    name: 'a WAIT after a reconnect',
    edits: [
      // A server counts from the last command of a connection on: there must be none, or it would wait all the same.
      instead(
        SERVERS.wait,
        `this.commands.callTogether(batch).then(async (replies) => {
          const bare = { enableReadyCheck: false, disableClientInfo: true, protocol: 2, enableOfflineQueue: true };
          const another = this.redis.duplicate(bare);
          const reached = await another.wait(replicas, timeoutMs);
          another.disconnect();
          return [...replies, reached];
        })`,
      ),
    ],
    caughtBy: RECONNECT_DURING_A_WAIT,
  },
];
