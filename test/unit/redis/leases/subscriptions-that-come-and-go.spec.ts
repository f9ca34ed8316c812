import { describe, expect, it } from '@jest/globals';

import { DELTA, HandWire } from '../../../support/redis/hand-wire.js';

describe('the subscription of a read lease', () => {
  it.each([
    { mode: 'hold', once: 'led to a lease' },
    { mode: 'honour', once: 'was confirmed' },
  ] as const)("'$mode': is made anew at once, then ever later, and at once again after one that $once", ({ mode }) => {
    const wire = new HandWire(mode).confirm();
    for (const pause of [50, 100, 200, 400, 800, 1_000, 1_000]) {
      const { length } = wire.subscriptions;
      wire.last.events.lost();
      wire.timers.advance(pause - 1);
      expect(wire.subscriptions).toHaveLength(length);
      wire.timers.advance(1);
      expect(wire.subscriptions).toHaveLength(length + 1);
    }
    wire.last.events.confirmed('s1');
    if (mode === 'hold') wire.mark();
    const { length } = wire.subscriptions;
    wire.last.events.lost();
    wire.timers.advance(50);
    expect(wire.subscriptions).toHaveLength(length + 1);
  });

  it('is not ended by what is told of an earlier one', () => {
    const wire = new HandWire().confirm('s1');
    const [first] = wire.subscriptions;
    wire.mark({ identity: 's2' });
    wire.timers.advance(60);
    wire.last.events.confirmed('s2');
    wire.mark({ identity: 's2' });
    expect(wire.holding).toBe(true);
    first?.events.lost();
    expect(wire.holding).toBe(true);
    wire.timers.advance(60);
    expect(wire.subscriptions).toHaveLength(2);
  });

  it('takes the place of the one before it on the list, until it is known to be there', async () => {
    const wire = new HandWire().confirm().mark();
    const former = wire.last.holder;
    wire.last.events.lost();
    wire.timers.advance(60);
    wire.last.events.confirmed('s1');
    wire.mark();
    await wire.renewing(DELTA);
    const own = wire.holds.filter(({ holder }) => holder === wire.last.holder);
    expect(own.slice(0, 2).map((hold) => hold.former)).toEqual([former, '']);
  });

  it('holds nothing when it is confirmed after the cache has closed, and none is begun then', async () => {
    const wire = new HandWire();
    wire.member.subscribe();
    const { events } = wire.last;
    await wire.member.close();
    events.confirmed('s1');
    wire.member.subscribe();
    wire.timers.advance(10 * DELTA);
    expect(wire.holds).toEqual([]);
    expect(wire.subscriptions).toHaveLength(1);
  });
});
