import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import type { TagCatchUp, TagStamp } from '../../../../lib/contracts/tag-store.js';
import { TagMemory } from '../../../../lib/core/tags/tag-memory.js';
import { LocalTags } from '../../../../lib/generations/local-tags.js';

const TAGS = ['a', 'b', 'c', 'd'];

/** All that ever was invalidated, and what a store answers of it. */
class Truth {
  private era = 1;
  private seq = 1;
  private readonly all: [string, number][] = [];

  get clock() {
    return { era: this.era, seq: this.seq };
  }

  invalidate(tags: readonly string[]): void {
    this.seq++;
    for (const tag of tags) this.all.push([tag, this.seq]);
  }

  clear(): void {
    this.seq++;
    this.era = this.seq;
    this.all.length = 0;
  }

  lastOf(tag: string): number {
    return Math.max(0, ...this.all.filter(([each]) => each === tag).map((row) => row[1]));
  }

  isAlive({ era, seq, tags }: TagStamp, upTo: number): boolean {
    return era === this.era && !this.all.some((row) => tags.includes(row[0]) && row[1] > seq && row[1] <= upTo);
  }

  answer(above: number, most: number, tags: readonly string[]): TagCatchUp {
    const rows = TAGS.map((tag) => [tag, this.lastOf(tag)] as const).filter((row) => row[1] > above);
    return {
      ...this.clock,
      floor: this.era,
      own: tags.map((tag) => this.lastOf(tag) || undefined),
      rows: rows.toSorted((one, other) => other[1] - one[1]).slice(0, most),
    };
  }
}

const some = fc.subarray(TAGS, { minLength: 1 });
const move = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('invalidate' as const), tags: some }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('catch up' as const), tags: some, age: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('answer later' as const), tags: some, age: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
);

describe('what a process remembers of tags', () => {
  it('says nothing of an entry that is not so, whatever it was told and in whatever order', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 25 }), fc.integer({ min: 1, max: 3 }), (moves, most) => {
        const truth = new Truth();
        const memory = new TagMemory(2);
        const stamps: TagStamp[] = [];
        const late: (() => void)[] = [];
        for (const each of moves) {
          for (const tag of TAGS) stamps.push({ ...truth.clock, tags: [tag, 'a'] });
          if (each.kind === 'invalidate') truth.invalidate(each.tags);
          else if (each.kind === 'clear') truth.clear();
          else {
            const above = memory.askFrom({ ...truth.clock, seq: Math.max(1, truth.clock.seq - each.age) });
            const answer = truth.answer(above, most, each.tags);
            const learn = (): void => memory.learn(answer, each.tags, above, most);
            if (each.kind === 'catch up') learn();
            else late.push(learn);
          }
          if (late.length > 2) late.shift()?.();
          for (const stamp of stamps) {
            const known = memory.judge(stamp, truth.clock);
            if (known !== undefined) expect([stamp, known]).toEqual([stamp, truth.isAlive(stamp, truth.clock.seq)]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('tells of an entry that is older than all that it was told, once its own tags were asked for', () => {
    const truth = new Truth();
    const memory = new TagMemory();
    const stamp = { ...truth.clock, tags: ['a'] };
    for (let n = 0; n < 5; n++) truth.invalidate(['b', 'c', 'd']);
    memory.learn(truth.answer(stamp.seq, 2, ['a']), ['a'], stamp.seq, 2);
    expect(memory.judge(stamp, truth.clock)).toBe(true);
    // Of other tags no more is known than that there was more.
    expect(memory.judge({ ...stamp, tags: ['d'] }, truth.clock)).not.toBe(true);
    truth.invalidate(['a']);
    expect(memory.judge(stamp, truth.clock)).toBeUndefined();
    const above = memory.askFrom(stamp);
    memory.learn(truth.answer(above, 2, ['b']), ['b'], above, 2);
    expect(memory.judge(stamp, truth.clock)).toBe(false);
  });
});

describe('what was told of the tags of one entry', () => {
  /** A memory that was told of `a` alone, among more than it asks rows for. */
  function toldOfA(mostRows?: number) {
    const truth = new Truth();
    const memory = new TagMemory(mostRows);
    const stamp = { ...truth.clock, tags: ['a'] };
    truth.invalidate(['b', 'c']);
    truth.invalidate(['d']);
    const ask = (tags: readonly string[], above: number, most: number): void =>
      memory.learn(truth.answer(above, most, tags), tags, above, most);
    ask(['a'], stamp.seq, 1);
    return { truth, memory, stamp, ask };
  }

  it('speaks for no invalidation after it that is remembered no more', () => {
    const { truth, memory, stamp, ask } = toldOfA(1);
    expect(memory.judge(stamp, truth.clock)).toBe(true);
    truth.invalidate(['a']);
    truth.invalidate(['b']);
    ask(['d'], memory.askFrom(stamp), 10);
    expect(memory.judge(stamp, truth.clock)).toBeUndefined();
  });

  it('is bounded, as the rows are', () => {
    const { truth, memory, stamp, ask } = toldOfA(2);
    ask(['x'], truth.clock.seq, 1);
    expect(memory.judge(stamp, truth.clock)).toBe(true);
    ask(['y'], truth.clock.seq, 1);
    expect(memory.judge(stamp, truth.clock)).toBeUndefined();
  });
});

/** The tags of a process, with a clock that the test moves. */
function localTags(mostRows?: number) {
  const time = { now: 0, issued: 100 };
  return { time, tags: new LocalTags({ issue: () => ++time.issued, look: () => time.now }, mostRows) };
}

describe('the tags of a process', () => {
  it('end what carries one of them and is older, and nothing else', () => {
    const { tags } = localTags();
    const before = tags.current().seq;
    tags.invalidate(['a'], 1_000);
    const after = tags.current().seq;
    expect([tags.isAlive(before, ['a']), tags.isAlive(before, ['b', 'a'])]).toEqual([false, false]);
    expect([tags.isAlive(before, ['b']), tags.isAlive(before, []), tags.isAlive(after, ['a'])]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('are forgotten when no entry can be as old, and then what is as old counts as ended', () => {
    const { tags, time } = localTags();
    const before = tags.current().seq;
    tags.invalidate(['a'], 1_000);
    time.now = 1_001;
    tags.invalidate(['b'], 1_000);
    expect(tags.catchUp(0, 10, ['a'])).toMatchObject({ own: [undefined], rows: [['b', tags.current().seq]] });
    expect(tags.isAlive(before, ['c'])).toBe(false);
    expect(tags.isAlive(before, [])).toBe(true);
  });

  it('are bounded', () => {
    const { tags } = localTags(10);
    const before = tags.current().seq;
    for (let n = 0; n < 100; n++) tags.invalidate([`tag ${n}`], 1_000);
    expect(tags.catchUp(0, 1_000, []).rows).toHaveLength(10);
    expect(tags.isAlive(before, ['tag 0'])).toBe(false);
  });

  it('begin anew with a clear', () => {
    const { tags } = localTags();
    const { era, seq } = tags.current();
    tags.clear();
    expect(tags.current().era).toBeGreaterThan(era);
    expect(tags.current().seq).toBeGreaterThan(seq);
    expect(tags.isAlive(seq, ['a'])).toBe(false);
  });
});
