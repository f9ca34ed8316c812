import { describe, expect, it } from '@jest/globals';
import { Judge } from './judge.js';

describe('the judge of the laboratory', () => {
  it('lets a read return what was acknowledged before it began, or later', () => {
    const judge = new Judge();
    expect(judge.floor('redis', 'a', 0)).toBe(0);
    judge.acknowledged('redis', 'a', 2);
    judge.acknowledged('redis', 'a', 1);
    expect(judge.floor('redis', 'a', 0)).toBe(2);
    expect(judge.floor('redis', 'b', 0)).toBe(0);
    expect(judge.floor('near', 'a', 0)).toBe(0);
  });

  it('demands a committed version at once where there are intents, and only there', () => {
    const judge = new Judge();
    judge.committed('redis', 'a', 1);
    judge.committed('redis+intents', 'a', 1);
    expect(judge.floor('redis', 'a', 0)).toBe(0);
    expect(judge.floor('redis+intents', 'a', 0)).toBe(1);
  });

  it('demands a version whose invalidation failed of that replica, and of all once it has landed', () => {
    const judge = new Judge();
    judge.owed('near', 'a', 1, 3);
    expect([judge.floor('near', 'a', 0), judge.floor('near', 'a', 1)]).toEqual([0, 3]);
    judge.landed('near', 1);
    expect([judge.floor('near', 'a', 0), judge.floor('near', 'a', 1)]).toEqual([3, 3]);
  });

  it('forgets what a replica owed when it died', () => {
    const judge = new Judge();
    judge.owed('near', 'a', 1, 3);
    judge.died(1);
    judge.landed('near', 1);
    expect(judge.floor('near', 'a', 1)).toBe(0);
  });
});
