import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';

import { OneWrite } from '../../../../lib/redis/scripts/one-write.js';

type Connection = ConstructorParameters<typeof OneWrite>[0];

/** A connection of which every write to the socket is known. */
function connection() {
  const writes: string[] = [];
  const commandQueue: string[] = [];
  const socket = (name: string): Writable => {
    const written = (text: string, done: () => void): void => {
      writes.push(name + text);
      done();
    };
    return new Writable({
      write: (chunk: Buffer, _, done) => written(String(chunk), done),
      writev: (chunks, done) => written(chunks.map(({ chunk }) => String(chunk)).join(' '), done),
    });
  };
  const redis = { stream: socket(''), commandQueue };
  const oneWrite = new OneWrite(redis as unknown as Connection);
  const send = (command: string): void => {
    oneWrite.join();
    redis.stream.write(command);
    commandQueue.push(command);
  };
  return { writes, send, answerAll: () => commandQueue.splice(0), reconnect: () => (redis.stream = socket('new: ')) };
}

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => `${from + n}`);

describe('commands on one connection', () => {
  it('are written at once while no reply is waited for', () => {
    const { writes, send, answerAll } = connection();
    for (const command of ['one', 'two']) {
      send(command);
      answerAll();
    }
    expect(writes).toEqual(['one', 'two']);
  });

  it('are one write of those that come in the same tick, before the tick is over', async () => {
    const { writes, send } = connection();
    for (const command of ['one', 'two', 'three']) send(command);
    await Promise.resolve();
    send('four');
    expect(writes).toEqual(['one']);
    await new Promise<void>((resolve) => process.nextTick(resolve));
    expect(writes).toEqual(['one', 'two three four']);
    send('five');
    send('six');
    await nextTurn();
    expect(writes).toEqual(['one', 'two three four', 'five six']);
  });

  it('do not wait for all of a tick that has very many', async () => {
    const { writes, send } = connection();
    for (const command of numbers(0, 40)) send(command);
    expect(writes).toEqual(['0', numbers(1, 17).join(' '), numbers(17, 33).join(' ')]);
    await nextTurn();
    expect(writes.at(-1)).toBe(numbers(33, 40).join(' '));
  });

  it('are written where they were sent, and those after a new connection there', async () => {
    const { writes, send, reconnect } = connection();
    send('one');
    send('two');
    reconnect();
    send('three');
    await nextTurn();
    send('four');
    send('five');
    await nextTurn();
    expect(writes.toSorted()).toEqual(['new: four five', 'new: three', 'one', 'two'].toSorted());
  });
});
