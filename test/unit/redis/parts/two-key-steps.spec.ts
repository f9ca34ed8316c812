import { describe, expect, it } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { take, takeMany } from '../../../../lib/redis/parts/two-key-steps.js';
import type { TwoKeyStep } from '../../../../lib/redis/parts/two-key-steps.js';

const REFUSED = new CasUnavailableError('…', { cause: new Error('TRYAGAIN Multiple keys request') });
const LOST = new CasUnavailableError('…', { cause: new Error('Connection is closed.') });

/** Items are what the whole step answers; `apart` have no common slot. */
function stepOn(apart: readonly string[], halvesFail: readonly string[] = []) {
  const log: string[] = [];
  const answer = (item: string): string | Error =>
    item.startsWith('refused') ? REFUSED : item.startsWith('lost') ? LOST : `whole ${item}`;
  const step: TwoKeyStep<string, string> = {
    together: (item) => !apart.includes(item),
    whole: async (item) => {
      log.push(`whole ${item}`);
      const found = answer(item);
      if (found instanceof Error) throw found;
      return found;
    },
    wholeMany: async (items) => {
      log.push(`whole ${items.join(', ')}`);
      return items.map(answer);
    },
    halves: async (item) => {
      log.push(`halves ${item}`);
      if (halvesFail.includes(item)) throw LOST;
      return `halves ${item}`;
    },
  };
  return { step, log };
}

const asIs = (answer: string): string => answer;

describe('a step on both halves of a key', () => {
  it('is taken as a whole, and by halves where it is refused with TRYAGAIN or there is no common slot', async () => {
    const { step, log } = stepOn(['apart']);
    expect(await take(step, 'a', asIs)).toBe('whole a');
    expect(await take(step, 'refused', asIs)).toBe('halves refused');
    expect(await take(step, 'apart', asIs)).toBe('halves apart');
    expect(log).toEqual(['whole a', 'whole refused', 'halves refused', 'halves apart']);
  });

  it('is not taken a second time after any other fault: it may have been carried out', async () => {
    const { step, log } = stepOn([]);
    await expect(take(step, 'lost', asIs)).rejects.toBe(LOST);
    expect(await takeMany(step, ['lost', 'a'])).toEqual([LOST, 'whole a']);
    expect(log).toEqual(['whole lost', 'whole lost, a']);
  });

  it('is taken for many keys at once, and answered in their order, with the fault of each', async () => {
    const { step, log } = stepOn(['apart 1', 'apart 2'], ['apart 2', 'refused 2']);
    const items = ['apart 1', 'a', 'refused 1', 'apart 2', 'lost', 'refused 2', 'b'];
    expect(await takeMany(step, items)).toEqual([
      'halves apart 1',
      'whole a',
      'halves refused 1',
      LOST,
      LOST,
      LOST,
      'whole b',
    ]);
    expect(log[0]).toBe('whole a, refused 1, lost, refused 2, b');
    expect(log.slice(1).toSorted()).toEqual([
      'halves apart 1',
      'halves apart 2',
      'halves refused 1',
      'halves refused 2',
    ]);
  });

  it('fails for all keys when it fails as a whole', async () => {
    const { step } = stepOn(['apart'], ['apart']);
    const failing = { ...step, wholeMany: () => Promise.reject(LOST) };
    await expect(takeMany(failing, ['apart', 'a', 'b'])).rejects.toBe(LOST);
  });
});
