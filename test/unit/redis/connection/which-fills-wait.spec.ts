import { beforeEach, describe, expect, it } from '@jest/globals';

import { asError } from '../../../../lib/common/attempt.js';
import { SYSTEM_TIMERS } from '../../../../lib/common/timers.js';
import { KeyNames } from '../../../../lib/redis/cells/key-names.js';
import { GenerationFloor } from '../../../../lib/redis/cells/generation-floor.js';
import { Retention } from '../../../../lib/redis/cells/retention.js';
import { SeenKeys } from '../../../../lib/redis/cells/seen-keys.js';
import { PatientFills } from '../../../../lib/redis/connection/patient-fills.js';
import { Persistence } from '../../../../lib/redis/connection/persistence.js';
import type { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisAtomicStore } from '../../../../lib/redis/parts/atomic-store.js';
import { unavailable } from '../../../../lib/redis/scripts/redis-errors.js';
import { ScriptDialect } from '../../../../lib/redis/scripts/script-dialect.js';
import type { Command } from '../../../../lib/redis/scripts/script-runner.js';
import type { Script } from '../../../../lib/redis/scripts/script-text.js';
import { EXTEND } from '../../../../lib/redis/scripts/scripts.js';
import { SET_ENTRY, SET_IF } from '../../../../lib/redis/scripts/value-scripts.js';

const LOST = unavailable('Redis', new Error('the connection was lost'));
const AN_HOUR_MS = 3_600_000;
const MIB = 1_024 * 1_024;

const fillOf = (bytes: number): { keys: string[]; args: Buffer[] } => ({ keys: ['gen'], args: [Buffer.alloc(bytes)] });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a fill whose caller does not wait for it', () => {
  let persistence: Persistence;
  let fills: PatientFills;
  let isLost: boolean;
  let fault: Error;
  let isCluster: boolean;
  let sent: number;
  let held: number;
  let refused: number;

  beforeEach(() => {
    [isLost, isCluster, sent, held, refused] = [true, false, 0, 0, 0];
    fault = LOST;
    // No time goes by: what waits tries again when it is woken.
    persistence = new Persistence({ ...SYSTEM_TIMERS, set: () => ({ ref: () => undefined, unref: () => undefined }) });
    const answer = async (): Promise<unknown> => {
      sent++;
      if (isLost) throw fault;
      return 1;
    };
    const attempts = {
      get isCluster() {
        return isCluster;
      },
      call: answer,
      callMany: (commands: readonly Command[]) => Promise.all(commands.map(() => answer().catch(asError))),
    };
    fills = new PatientFills(attempts, persistence, new ScriptDialect(() => undefined));
  });

  const patience = { ms: AN_HOUR_MS, heldBack: () => void held++ };
  const begin = (bytes: number): void => {
    fills
      .scripts(patience)
      .run(SET_IF, fillOf(bytes))
      .catch(() => refused++);
  };
  const backAgain = async (): Promise<void> => {
    isLost = false;
    persistence.wake();
    await turn();
  };

  it('waits for the connection, and is sent again when it is there', async () => {
    const fill = fills.scripts(patience).run(SET_IF, fillOf(1));
    await turn();
    expect([sent, held]).toEqual([1, 1]);
    await backAgain();
    expect(await fill).toBe(1);
    expect(sent).toBe(2);
  });

  it('so do many; on a Cluster each by itself', async () => {
    for (isCluster of [false, true]) {
      isLost = true;
      const many = fills.scripts(patience).runMany(SET_IF, [fillOf(1), fillOf(1)]);
      await turn();
      await backAgain();
      expect(await many).toEqual([1, 1]);
    }
  });

  it('a thousand wait at the most: the next is refused at once, until there is room again', async () => {
    for (let n = 0; n < 1_001; n++) begin(1);
    await turn();
    expect([held, refused]).toEqual([1_000, 1]);
    await backAgain();
    isLost = true;
    begin(1);
    await turn();
    expect([held, refused]).toEqual([1_001, 1]);
  });

  it('so do 16 MiB', async () => {
    for (let n = 0; n < 4; n++) begin(5 * MIB);
    await turn();
    expect([held, refused]).toEqual([3, 1]);
    begin(MIB / 2);
    await turn();
    expect([held, refused]).toEqual([4, 1]);
    const many = await fills.scripts(patience).runMany(SET_IF, [fillOf(MIB), fillOf(1)]);
    expect(many).toEqual([LOST, LOST]);
    expect(held).toBe(4);
    await backAgain();
    isLost = true;
    begin(15 * MIB);
    await turn();
    expect([held, refused]).toEqual([5, 1]);
  });

  it('waits no longer than it has time', async () => {
    await expect(fills.scripts({ ...patience, ms: 1 }).run(SET_IF, fillOf(1))).rejects.toBe(LOST);
    expect(await fills.scripts({ ...patience, ms: 1 }).runMany(SET_IF, [fillOf(1)])).toEqual([LOST]);
  });

  it('does not wait for a server that has refused it: its caller does, and hears of it', async () => {
    fault = Object.assign(new Error('OOM command not allowed'), { name: 'ReplyError' });
    await expect(fills.scripts(patience).run(SET_IF, fillOf(1))).rejects.toBe(fault);
    expect(await fills.scripts(patience).runMany(SET_IF, [fillOf(1)])).toEqual([fault]);
    expect([sent, held]).toEqual([2, 0]);
  });

  it('waits no longer when the connection is closed, and gives its room back', async () => {
    begin(1);
    await turn();
    persistence.close();
    await turn();
    expect(refused).toBe(1);
  });
});

describe.each([
  ['in one step', 'plain', [[SET_IF, true]]],
  [
    'in two steps, of which the second compares nothing and would bring back what was erased',
    'with}brace{',
    [
      [EXTEND, true],
      [SET_ENTRY, false],
    ],
  ],
] as const)('a fill %s', (_, key, expected) => {
  it('is patient where its script compares the generation', async () => {
    const ran: [Script, boolean][] = [];
    const runner = (patient: boolean): object => ({ run: async (script: Script) => ran.push([script, patient]) && 1 });
    const connection = {
      scripts: runner(false),
      scriptsOf: (patience: unknown) => runner(patience !== undefined),
    } as unknown as RedisConnection;
    const names = new KeyNames('', true);
    const [retention, floor] = [new Retention({}, () => undefined), new GenerationFloor(() => undefined)];
    const store = new RedisAtomicStore(connection, names, { retention, floor, seen: new SeenKeys() });
    const patience = { ms: 1, heldBack: () => undefined };
    expect(await store.fill(`single:n:${key}`, 1, Buffer.of(1), 1_000, patience)).toBe(true);
    expect(ran).toEqual(expected);
  });
});
