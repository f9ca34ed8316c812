import { describe, expect, it } from '@jest/globals';

import { asError } from '../../../../lib/common/attempt.js';
import { SYSTEM_TIMERS } from '../../../../lib/common/timers.js';
import { DurableCommands } from '../../../../lib/redis/connection/durable-commands.js';
import { NeededCommands } from '../../../../lib/redis/connection/needed-commands.js';
import { Persistence } from '../../../../lib/redis/connection/persistence.js';
import { TooFewReplicasError, toCacheError, unavailable } from '../../../../lib/redis/scripts/redis-errors.js';
import type { Command } from '../../../../lib/redis/scripts/script-runner.js';
import { CasClearError } from '../../../../lib/write-errors.js';

const WHERE = 'Redis at h:1';
const BUMP: Command = ['evalsha', 'sha', 1, 'gen:{a}'];
const OTHER: Command = ['evalsha', 'sha', 1, 'gen:{b}'];
const DONE = 7;

const reply = (message: string): Error => Object.defineProperty(new Error(message), 'name', { value: 'ReplyError' });

/** An error of the client, as a connection tells it. */
function told(error: unknown): Error {
  const needed = new NeededCommands(false, { onFailover: 'drop', waitReplicas: 0 }, '');
  return toCacheError(needed.explained(asError(error)), WHERE);
}

const LOST = told(new Error('Connection is closed.'));

const PASSING: readonly [string, Error][] = [
  ['a lost connection', LOST],
  ['LOADING', told(reply('LOADING Redis is loading the dataset in memory'))],
  ['READONLY', told(reply("READONLY You can't write against a read only replica."))],
  ['CLUSTERDOWN', told(reply('CLUSTERDOWN The cluster is down'))],
  ['a clear that lost the connection', new CasClearError('some may be left', { cause: LOST })],
];

const LASTING: readonly [string, Error][] = [
  ['a command that the server does not have', told(reply("ERR unknown command 'time', with"))],
  ['too few replicas', unavailable(WHERE, new TooFewReplicasError('0 of 1 replicas'))],
  ['TRYAGAIN', told(reply('TRYAGAIN Multiple keys request during rehashing of slot'))],
  ['OOM', told(reply('OOM command not allowed'))],
  ['a TypeError', new TypeError('a bug')],
];

type Sending = ConstructorParameters<typeof DurableCommands>[0];

/** Fails with the error at first, and then answers. */
class Attempts implements Sending {
  readonly isCluster = false;
  readonly sent: Command[] = [];

  constructor(private readonly error: Error) {}

  async call(command: Command): Promise<unknown> {
    this.sent.push(command);
    if (this.sent.length === 1) throw this.error;
    return DONE;
  }

  async callMany(commands: readonly Command[]): Promise<unknown[]> {
    const first = this.sent.length === 0;
    this.sent.push(...commands);
    return commands.map((command) => (first && command === BUMP ? this.error : DONE));
  }
}

/** A caller who waits for an hour, for whom no pause is one. */
function patient(attempts: Sending): { commands: DurableCommands; persistence: Persistence } {
  const persistence = new Persistence({ ...SYSTEM_TIMERS, set: (ring) => SYSTEM_TIMERS.set(ring, 0) });
  persistence.expect(3_600_000);
  return { commands: new DurableCommands(attempts, persistence), persistence };
}

describe('what ends a generation, or opens a key', () => {
  it.each(PASSING)('is sent again after %s, as long as its caller waits', async (_, error) => {
    const one = new Attempts(error);
    expect(await patient(one).commands.call(BUMP)).toBe(DONE);
    expect(one.sent).toEqual([BUMP, BUMP]);

    const many = new Attempts(error);
    expect(await patient(many).commands.callMany([BUMP, OTHER])).toEqual([DONE, DONE]);
    expect(many.sent).toEqual([BUMP, OTHER, BUMP]);
  });

  it.each(LASTING)('is not sent again after %s', async (_, error) => {
    const one = new Attempts(error);
    await expect(patient(one).commands.call(BUMP)).rejects.toBe(error);
    expect(one.sent).toEqual([BUMP]);

    const many = new Attempts(error);
    expect(await patient(many).commands.callMany([BUMP, OTHER])).toEqual([error, DONE]);
    expect(many.sent).toEqual([BUMP, OTHER]);
  });

  it('of many, only those are sent again for which that may help', async () => {
    const full = told(reply('OOM command not allowed'));
    const sent: Command[][] = [];
    const callMany = async (commands: readonly Command[]): Promise<unknown[]> => {
      sent.push([...commands]);
      return sent.length === 1 ? [full, LOST] : commands.map(() => DONE);
    };
    const { commands } = patient({ isCluster: false, call: async () => DONE, callMany });
    expect(await commands.callMany([OTHER, BUMP])).toEqual([full, DONE]);
    expect(sent).toEqual([[OTHER, BUMP], [BUMP]]);
  });

  it('is not sent again after the connection was closed', async () => {
    const attempts = new Attempts(LOST);
    const { commands, persistence } = patient(attempts);
    persistence.close();
    await expect(commands.call(BUMP)).rejects.toBe(LOST);
    expect(attempts.sent).toEqual([BUMP]);
  });

  it('is not sent again when its caller has gone', async () => {
    const attempts = new Attempts(LOST);
    const persistence = new Persistence(SYSTEM_TIMERS);
    persistence.expect(1);
    await expect(new DurableCommands(attempts, persistence).call(BUMP)).rejects.toBe(LOST);
    expect(attempts.sent).toEqual([BUMP]);
  });
});
