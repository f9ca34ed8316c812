import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';

import type { AtomicReading, PendingRead } from '../../../../lib/contracts/atomic-store.js';
import { RequestWaits } from '../../../../lib/core/stores/request-waits.js';
import { Guard } from '../../../../lib/core/support/guard.js';
import { Reporter } from '../../../../lib/core/support/reporter.js';
import { ReadBatcher } from '../../../../lib/redis/connection/read-batcher.js';
import type { Place } from '../../../../lib/redis/connection/read-batcher.js';
import { ManualTimers } from '../../../support/core/manual-timers.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

function requestWaits(): RequestWaits {
  return new RequestWaits(new Guard(new Reporter('user', []), 1_000, new ManualTimers()));
}

describe('the reads of a request', () => {
  it('wait for one end, with one deadline, and those of the next request for another', () => {
    const waits = requestWaits();
    const sent = (request: number): PendingRead => ({
      request,
      ended: new Promise(() => undefined),
      reading: () => ({ entry: undefined, generation: 1 }),
    });
    const [one, other, next] = [0, 0, 1].map((request) => waits.endOf(sent(request)));
    expect(other).toBe(one);
    expect(next).not.toBe(one);
  });
});

describe('a request that was answered', () => {
  it('is held by nothing: neither by those that wait for requests, nor by the request after it', async () => {
    const replies: WeakRef<object>[] = [];
    const reads = new ReadBatcher({
      mget: async (keys) => {
        await setImmediate();
        const found = keys.map((key) => Buffer.from(key));
        replies.push(new WeakRef(found));
        return found;
      },
      afterFault: (_, cause) => Promise.reject(cause as Error),
    });
    const waits = requestWaits();
    const read = async (key: string): Promise<void> => {
      const { batch, index } = reads.placePair(key, () => `generation of ${key}`) as Place<Buffer | null>;
      const reading = (): AtomicReading => ({ entry: batch.takeAt(index) ?? undefined, generation: 1 });
      const sent = { request: batch.number, ended: batch.ended, reading };
      await waits.endOf(sent);
      expect(sent.reading().entry?.toString()).toBe(key);
    };
    for (let n = 0; n < 20; n++) await Promise.all([read(`one ${n}`), read(`other ${n}`)]);
    expect(replies).toHaveLength(20);
    for (let turn = 0; turn < 3; turn++) {
      await setImmediate();
      gc();
    }
    expect(replies.filter((reply) => reply.deref() !== undefined)).toEqual([]);
    expect([waits, reads]).toHaveLength(2);
  });
});
