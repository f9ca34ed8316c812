import { describe, expect, it } from '@jest/globals';

import { ReadBatcher } from '../../../../lib/redis/connection/read-batcher.js';
import type { Reader, Reply } from '../../../../lib/redis/connection/read-batcher.js';

/** A server on which every key holds its own name, and keys with "none" in it nothing. */
function server() {
  const requests: string[][] = [];
  const waiting: (() => void)[] = [];
  const mget = (keys: string[]): Promise<readonly Reply[]> => {
    requests.push([...keys]);
    return new Promise((resolve, reject) => {
      waiting.push(() => {
        if (keys.some((key) => key.includes('broken'))) reject(new Error('broken'));
        else resolve(keys.map((key) => (key.includes('none') ? null : Buffer.from(key))));
      });
    });
  };
  const answer = (): void => waiting.splice(0).forEach((send) => send());
  return { requests, mget, answer };
}

/** Where a fault is what its readers are told. */
function batcher(mget: Reader['mget'], groupOf?: (key: string) => string, maxKeys?: number): ReadBatcher {
  return new ReadBatcher({ mget, afterFault: (_, cause) => Promise.reject(cause as Error) }, groupOf, maxKeys);
}

/** After everything that was due in this tick. */
const nextTick = (): Promise<void> => new Promise(setImmediate);

const texts = (replies: readonly (Reply | Error)[]): unknown[] =>
  replies.map((reply) => (Buffer.isBuffer(reply) ? reply.toString() : reply));

function pairOf(reads: ReadBatcher, one: string, other: string): Promise<[Reply, Reply]> {
  return reads.readPair(
    one,
    () => other,
    (first, second) => [first, second],
  );
}

describe('a place that only one reader asks for', () => {
  const read = (reads: ReadBatcher, key: string): Promise<Reply> => {
    const { batch, index } = reads.placeAlone(key);
    return batch.ended.then(() => batch.takeAt(index));
  };

  it('is in the request of its tick, and displaces no other, whoever was first', async () => {
    const { requests, mget, answer } = server();
    const reads = batcher(mget);
    const replies = Promise.all([
      read(reads, 'clock'),
      reads.read('a'),
      pairOf(reads, 'b', 'none'),
      reads.readMany(['c', 'a']),
      pairOf(reads, 'b', 'none'),
      read(reads, 'other clock'),
      reads.read('c'),
    ]);
    await nextTick();
    answer();
    const [clock, a, pair, many, again, other, c] = await replies;
    expect(texts([clock, a, other, c])).toEqual(['clock', 'a', 'other clock', 'c']);
    expect([texts(pair), texts(many), texts(again)]).toEqual([
      ['b', null],
      ['c', 'a'],
      ['b', null],
    ]);
    expect(requests).toEqual([['clock', 'a', 'b', 'none', 'c', 'other clock']]);
  });

  it('does not make many keys of another reader be looked for, and is in their request', async () => {
    const { requests, mget, answer } = server();
    const reads = batcher(mget, undefined, 5);
    const replies = Promise.all([
      read(reads, 'clock'),
      reads.readMany(['a', 'b']),
      read(reads, 'other clock'),
      reads.readMany(['a', 'c']),
    ]);
    await nextTick();
    answer();
    const [clock, many, other, more] = await replies;
    expect(texts([clock, other])).toEqual(['clock', 'other clock']);
    expect([texts(many), texts(more)]).toEqual([
      ['a', 'b'],
      ['a', 'c'],
    ]);
    expect(requests).toEqual([['clock', 'a', 'b', 'other clock', 'c']]);
    void read(reads, 'clock');
    void reads.readMany(['a', 'b', 'c', 'd', 'e']);
    await nextTick();
    expect(requests.slice(1)).toEqual([['clock', 'a', 'b', 'c', 'd'], ['e']]);
  });

  it('may be shared until the request is sent, and no longer', async () => {
    const { mget, answer } = server();
    const reads = batcher(mget);
    const { batch } = reads.placeAlone('clock');
    expect(batch.isSent).toBe(false);
    await Promise.resolve();
    expect(batch.isSent).toBe(false);
    await nextTick();
    expect(batch.isSent).toBe(true);
    answer();
    await batch.ended;
    expect(reads.placeAlone('clock').batch).not.toBe(batch);
  });

  it('goes to where its key is', async () => {
    const { requests, mget, answer } = server();
    const reads = batcher(mget, (key) => key.slice(0, 1));
    const replies = Promise.all([reads.read('a1'), read(reads, 'c1'), reads.read('a2')]);
    await nextTick();
    answer();
    expect(texts(await replies)).toEqual(['a1', 'c1', 'a2']);
    expect(requests).toEqual([['a1', 'a2'], ['c1']]);
  });
});

describe('reads asked for in one tick', () => {
  it('travel together, and each gets its own reply', async () => {
    const { requests, mget, answer } = server();
    const reads = batcher(mget);
    const replies = Promise.all([reads.read('a'), pairOf(reads, 'b', 'none'), reads.readMany(['c', 'a'])]);
    await nextTick();
    answer();
    const [a, pair, many] = await replies;
    expect([texts([a]), texts(pair), texts(many)]).toEqual([['a'], ['b', null], ['c', 'a']]);
    expect(requests).toEqual([['a', 'b', 'none', 'c']]);
  });

  it('travel together when they come from promises of the same tick', async () => {
    const { requests, mget } = server();
    const reads = batcher(mget);
    void reads.read('a');
    void Promise.resolve()
      .then(() => undefined)
      .then(() => reads.read('b'));
    await nextTick();
    expect(requests).toEqual([['a', 'b']]);
  });

  it('a lone read waits for nobody: it is sent before the tick is over', async () => {
    const { requests, mget } = server();
    const reads = batcher(mget);
    void reads.read('a');
    await new Promise<void>((resolve) => process.nextTick(resolve));
    expect(requests).toEqual([['a']]);
  });

  it('share a request when they are identical, until it is written, and never after', async () => {
    const { requests, mget, answer } = server();
    const reads = batcher(mget);
    const early = [reads.read('a'), reads.read('a')];
    await nextTick();
    expect(requests).toEqual([['a']]);
    const late = reads.read('a');
    await nextTick();
    expect(requests).toEqual([['a'], ['a']]);
    answer();
    expect(texts(await Promise.all([...early, late]))).toEqual(['a', 'a', 'a']);
  });

  it('join the list that began the request, and share its keys', async () => {
    const { requests, mget, answer } = server();
    const reads = batcher(mget);
    const list = reads.readMany(['a', 'none', 'b']);
    const others = Promise.all([reads.readMany(['b', 'c']), reads.readMany(['none', 'a', 'c'])]);
    const one = reads.read('b');
    await nextTick();
    expect(requests).toEqual([['a', 'none', 'b', 'c']]);
    answer();
    expect(texts(await list)).toEqual(['a', null, 'b']);
    expect((await others).map(texts)).toEqual([
      ['b', 'c'],
      [null, 'a', 'c'],
    ]);
    expect(texts([await one])).toEqual(['b']);
  });

  it('fail as a list where the request that it began fails', async () => {
    const { mget, answer } = server();
    const list = batcher(mget).readMany(['a', 'broken']);
    await nextTick();
    answer();
    expect(texts(await list)).toEqual([new Error('broken'), new Error('broken')]);
  });

  it('are cut into requests of a bounded size where one list is larger', async () => {
    const { requests, mget, answer } = server();
    const list = batcher(mget, undefined, 2).readMany(['a', 'b', 'c']);
    await nextTick();
    expect(requests).toEqual([['a', 'b'], ['c']]);
    answer();
    expect(texts(await list)).toEqual(['a', 'b', 'c']);
  });

  it('are cut into requests of a bounded size, which part no pair', async () => {
    const { requests, mget, answer } = server();
    const reads = batcher(mget, undefined, 4);
    const replies = Promise.all([
      reads.readMany(['a', 'b', 'c']),
      pairOf(reads, 'd', 'e'),
      reads.readMany(['f', 'g', 'h']),
    ]);
    await nextTick();
    expect(requests).toEqual([['a', 'b', 'c'], ['d', 'e', 'f', 'g'], ['h']]);
    answer();
    expect((await replies).map(texts)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
      ['f', 'g', 'h'],
    ]);
  });

  it('travel by group where keys of different groups cannot, in the same tick', async () => {
    const { requests, mget, answer } = server();
    const reads = batcher(mget, (key) => key.charAt(0));
    const replies = Promise.all([reads.readMany(['a1', 'b1', 'a2']), pairOf(reads, 'b2', 'c1')]);
    await nextTick();
    expect(requests).toEqual([['a1', 'a2'], ['b1', 'b2'], ['c1']]);
    answer();
    expect((await replies).map(texts)).toEqual([
      ['a1', 'b1', 'a2'],
      ['b2', 'c1'],
    ]);
  });

  it('fail by request: the keys of another are answered', async () => {
    const { mget, answer } = server();
    const reads = batcher(mget, (key) => key.charAt(0));
    const many = reads.readMany(['a1', 'b-broken', 'a2']);
    const pair = expect(pairOf(reads, 'a3', 'b1')).rejects.toThrow('broken');
    const one = reads.read('a1');
    await nextTick();
    answer();
    expect(texts(await many)).toEqual(['a1', new Error('broken'), 'a2']);
    expect(texts([await one])).toEqual(['a1']);
    await pair;
  });

  it('send nothing for no keys', async () => {
    const { requests, mget } = server();
    expect(await batcher(mget).readMany([])).toEqual([]);
    await nextTick();
    expect(requests).toEqual([]);
  });

  it('a request that failed is what its reader makes of that, also when it could not be sent at all', async () => {
    const asked: unknown[] = [];
    const reader = {
      mget: (keys: string[]): Promise<readonly Reply[]> => {
        if (keys.includes('unsent')) throw new Error('no connection');
        return Promise.reject(new Error('try again'));
      },
      afterFault: (keys: string[], cause: unknown): Promise<readonly Reply[]> => {
        asked.push([[...keys], (cause as Error).message]);
        return Promise.resolve(keys.map((key) => Buffer.from(key)));
      },
    };
    const reads = new ReadBatcher(reader);
    expect(texts(await Promise.all([reads.read('a'), reads.read('b')]))).toEqual(['a', 'b']);
    expect(texts([await reads.read('unsent')])).toEqual(['unsent']);
    expect(asked).toEqual([
      [['a', 'b'], 'try again'],
      [['unsent'], 'no connection'],
    ]);
  });
});
