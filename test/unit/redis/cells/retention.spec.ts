import { describe, expect, it } from '@jest/globals';

import { CasTtlError } from '../../../../lib/errors.js';
import { Retention, wholeMs } from '../../../../lib/redis/cells/retention.js';

const MINUTE = 60_000;
const CENTURY = 100 * 365 * 86_400_000;

describe('how long a generation is kept', () => {
  it('is the fill deadline of a minute, and with an entry its ttl besides', () => {
    const retention = new Retention({});
    expect(retention.issued).toBe(MINUTE);
    expect(retention.filled(1_000)).toBe(MINUTE + 1_000);
  });

  it('undefined erases no default', () => {
    expect(new Retention({ fillDeadline: undefined, ttl: undefined }).issued).toBe(MINUTE);
  });

  it('is the retention, if that is longer', () => {
    const retention = new Retention({ ttl: 10 * MINUTE, fillDeadline: 1_000 });
    expect(retention.issued).toBe(10 * MINUTE);
    expect(retention.filled(1_000)).toBe(10 * MINUTE);
    expect(retention.filled(20 * MINUTE)).toBe(20 * MINUTE + 1_000);
    expect(new Retention({ ttl: 1 }).issued).toBe(MINUTE);
  });

  it('may have a unit', () => {
    const retention = new Retention({ ttl: '10m', fillDeadline: '1s' });
    expect(retention.issued).toBe(10 * MINUTE);
    expect(retention.fillDeadline).toBe(1_000);
  });

  it('is rounded up, is never 0, and fits into the clock of the server', () => {
    expect([0.001, 1, 1.2, 1e300, Number.POSITIVE_INFINITY].map(wholeMs)).toEqual([1, 1, 2, CENTURY, CENTURY]);
    expect(new Retention({ fillDeadline: 0.2 }).issued).toBe(1);
    expect(new Retention({ fillDeadline: 0.2 }).filled(1.5)).toBe(3);
    expect(new Retention({ ttl: Number.POSITIVE_INFINITY }).issued).toBe(CENTURY);
  });

  it.each([0, -1, Number.NaN])('cannot be %d: an error that names the option', (ms) => {
    expect(() => new Retention({ ttl: ms })).toThrow(CasTtlError);
    expect(() => new Retention({ ttl: ms })).toThrow(/`ttl`/);
    expect(() => new Retention({ fillDeadline: ms })).toThrow(/`fillDeadline`/);
  });
});
