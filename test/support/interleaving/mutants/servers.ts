import type { Edit } from './broken-copy.js';
import { RECONNECT_DURING_A_WAIT, RESTART_FROM_AN_OLD_SNAPSHOT } from './scenarios.js';
import type { Scenario } from './scenarios.js';

/** What is done with servers that end, begin, and take each other's place, with one thing deliberately wrong. */
export interface ServerMutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly caughtBy: Scenario;
}

export const SERVER_MUTANTS: readonly ServerMutant[] = [
  {
    name: 'reads before vetting',
    edits: [
      {
        file: 'redis/connection/server.ts',
        from: '{ vetted: vetting ? undefined : ANYBODY, fault: undefined, proof: undefined }',
        to: '{ vetted: ANYBODY, fault: undefined, proof: undefined }',
      },
    ],
    caughtBy: RESTART_FROM_AN_OLD_SNAPSHOT,
  },
  {
    name: 'a vetting that removes nothing',
    edits: [{ file: 'redis/vetting/vetting.ts', from: 'await this.drop(redis);', to: '' }],
    caughtBy: RESTART_FROM_AN_OLD_SNAPSHOT,
  },
  {
    name: 'a WAIT after a reconnect',
    edits: [
      {
        file: 'redis/connection/replicated-connection.ts',
        from: `pipeline.call('wait', [replicas, timeoutMs]);
    const replies = await this.exec(pipeline);`,
        // A server counts from the last command of a connection on: there must be none, or it would wait all the same.
        to: `const replies = await this.exec(pipeline);
    const bare = { enableReadyCheck: false, disableClientInfo: true, protocol: 2, enableOfflineQueue: true } as const;
    const another = this.redis.duplicate(bare);
    replies.push([null, await another.wait(replicas, timeoutMs)]);
    another.disconnect();`,
      },
    ],
    caughtBy: RECONNECT_DURING_A_WAIT,
  },
];
