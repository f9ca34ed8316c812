import { describe, expect, it } from '@jest/globals';

import { Deferred } from '../../support/core/deferred.js';
import { Call } from './call.js';
import { SourceTimes } from './source-times.js';

describe('the time of the source', () => {
  it('is that for which anybody asked it for the row, while the call lasted', async () => {
    let now = 0;
    const times = new SourceTimes(() => now);
    const [first, second] = [new Deferred(), new Deferred()];
    const running = new Call(['a'], times).source(['a'], () => first.promise);
    now = 10;
    const call = new Call(['a'], times);
    const other = new Call(['b'], times);
    now = 15;
    const own = call.source(['a'], () => second.promise);
    now = 20;
    first.resolve();
    await running;
    now = 30;
    expect(call.sourceMs).toBe(20);
    second.resolve();
    await own;
    now = 50;
    expect(call.sourceMs).toBe(20);
    expect(other.sourceMs).toBe(0);
    expect([...call.loaded]).toEqual(['a']);
  });

  it('of several rows is the longest of them', async () => {
    let now = 0;
    const times = new SourceTimes(() => now);
    const [one, both] = [new Deferred(), new Deferred()];
    const call = new Call(['a', 'b'], times);
    const loads = [call.source(['a'], () => one.promise), call.source(['a', 'b'], () => both.promise)];
    now = 5;
    both.resolve();
    await loads[1];
    now = 7;
    one.resolve();
    await loads[0];
    expect(call.sourceMs).toBe(7);
  });
});
