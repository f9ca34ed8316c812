import { describe, expect, it } from '@jest/globals';

import { DELTA, HandWire } from '../../../support/redis/hand-wire.js';
import { settled } from '../../../support/core/manual-timers.js';

describe('a holder of a read lease', () => {
  it('holds none before the mark of its renewal comes on its subscription', () => {
    const wire = new HandWire();
    wire.confirm();
    expect(wire.holds).toEqual([{ holder: wire.last.holder, number: 1, former: '' }]);
    expect(wire.holding).toBe(false);
    wire.mark();
    expect(wire.holding).toBe(true);
  });

  it('counts from before the renewal was sent, and less than a writer waits', () => {
    const wire = new HandWire().confirm();
    wire.timers.advance(300);
    wire.mark();
    wire.timers.advance(679);
    expect(wire.holding).toBe(true);
    wire.timers.advance(1);
    expect(wire.holding).toBe(false);
  });

  it('ends by the time of day as well, and with a clock that is set back', () => {
    const wire = new HandWire().confirm().mark();
    let wall = wire.timers.wall();
    wire.timers.wall = () => wall;
    expect(wire.holding).toBe(true);
    wall += 980;
    expect(wire.holding).toBe(false);
    wall -= 981;
    expect(wire.holding).toBe(false);
  });

  it('renews three times in a lease, and never while a mark is outstanding', () => {
    const wire = new HandWire().confirm();
    wire.timers.advance(DELTA / 2);
    expect(wire.holds).toHaveLength(1);
    wire.mark();
    wire.timers.advance(DELTA / 2);
    expect(wire.holds.map(({ number }) => number)).toEqual([1, 2]);
    expect(wire.holds.every(({ holder }) => holder === wire.last.holder)).toBe(true);
  });

  it('a mark of another renewal extends nothing', () => {
    const wire = new HandWire().confirm();
    wire.mark({ number: 2 });
    wire.mark({ number: 0 });
    expect(wire.holding).toBe(false);
    wire.mark({ number: 1 });
    wire.timers.advance(350);
    const { number } = wire;
    expect(number).toBe(2);
    wire.timers.advance(640);
    wire.mark({ number: 1 });
    expect(wire.holding).toBe(false);
  });

  it('a mark that tells of another server than that of the subscription has it made anew', async () => {
    const wire = new HandWire().confirm('s1');
    wire.mark({ identity: 's2' });
    expect(wire.holding).toBe(false);
    expect(wire.subscriptions[0]).toMatchObject({ ended: true });
    wire.timers.advance(60);
    expect(wire.subscriptions).toHaveLength(2);
    await settled();
  });

  it('one that is made anew in vain is made anew later each time, until a lease is had', () => {
    const wire = new HandWire().confirm('s1');
    for (const pause of [50, 100, 200]) {
      wire.mark({ identity: 's2' });
      const { length } = wire.subscriptions;
      wire.timers.advance(pause - 1);
      expect(wire.subscriptions).toHaveLength(length);
      wire.timers.advance(1);
      expect(wire.subscriptions).toHaveLength(length + 1);
      wire.last.events.confirmed('s1');
    }
    wire.mark();
    wire.last.events.lost();
    wire.timers.advance(50);
    expect(wire.subscriptions).toHaveLength(5);
  });

  it('a mark that does not come for as long as a lease has the subscription made anew', () => {
    const wire = new HandWire().confirm().mark();
    wire.timers.advance(340);
    expect(wire.holds).toHaveLength(2);
    wire.timers.advance(DELTA + 400);
    expect(wire.subscriptions[0]).toMatchObject({ ended: true });
    expect(wire.subscriptions).toHaveLength(2);
    expect(wire.last.holder).not.toBe(wire.subscriptions[0]?.holder);
  });

  it('where a renewal has to outlive a failover, its mark counts when it does, and not when it does not', async () => {
    const wire = new HandWire();
    let land = (): void => undefined;
    wire.held = new Promise((resolve) => (land = resolve));
    wire.confirm().mark();
    await settled();
    expect(wire.holding).toBe(false);
    wire.timers.advance(100);
    land();
    await settled();
    expect(wire.holding).toBe(true);
    wire.held = Promise.reject(new Error('no replica has it'));
    for (let third = 0; third < 3; third++) {
      wire.timers.advance(DELTA / 3);
      wire.mark();
      await settled();
    }
    expect(wire.holds).toHaveLength(4);
    expect(wire.holding).toBe(false);
    expect(wire.subscriptions).toHaveLength(1);
  });

  it('a lost subscription ends the lease at once; a new one is another holder, in another epoch', () => {
    const wire = new HandWire().confirm().mark();
    const [first] = wire.subscriptions;
    const { epoch } = wire.member;
    wire.last.events.lost();
    expect(wire.holding).toBe(false);
    wire.timers.advance(60);
    wire.last.events.confirmed('s1');
    expect(wire.member.epoch).toBe(epoch + 1);
    expect(wire.holds.at(-1)).toEqual({ holder: wire.last.holder, number: 1, former: first?.holder });
    wire.mark();
    expect(wire.holding).toBe(true);
  });

  it('a subscription that is not confirmed is made anew when its cache is connected anew', () => {
    const wire = new HandWire();
    wire.member.connected();
    wire.member.connected();
    expect(wire.subscriptions.map(({ ended }) => ended)).toEqual([true, false]);
    wire.last.events.confirmed('s1');
    wire.member.connected();
    expect(wire.subscriptions.map(({ ended }) => ended)).toEqual([true, false]);
  });

  it('a renewal that was begun on another subscription extends nothing', () => {
    const wire = new HandWire().confirm();
    wire.last.events.lost();
    wire.timers.advance(60);
    wire.mark({ number: 1 });
    expect(wire.holding).toBe(false);
  });

  it('another registry is another epoch, and the same is not', async () => {
    const wire = new HandWire().confirm().mark();
    const { epoch } = wire.member;
    await wire.renewing(DELTA);
    expect(wire.member.epoch).toBe(epoch);
    wire.timers.advance(340);
    wire.mark({ registry: 'r2' });
    expect(wire.member.epoch).toBe(epoch + 1);
    expect(wire.member.stats().epochs).toEqual({ subscription: 1, registry: 2, everything: 0 });
  });

  it('tells its cache of an announcement before it acknowledges it, and keeps lease and epoch', () => {
    const wire = new HandWire().confirm().mark();
    const { epoch } = wire.member;
    wire.say('a;t9;w9;["a","b;c"]');
    expect(wire.heard).toEqual([['a', 'b;c']]);
    expect(wire.acknowledgedBefore).toBe(0);
    expect(wire.acknowledged).toEqual([`w9 ${wire.last.holder} t9`]);
    expect(wire.holding).toBe(true);
    expect(wire.member.epoch).toBe(epoch);
  });

  it.each(['a;t9;w9;*', 'a;t9;w9;what no version of this package wrote'])('ends its epoch by %s', (text) => {
    const wire = new HandWire().confirm().mark();
    const { epoch } = wire.member;
    wire.say(text);
    expect(wire.heard).toEqual(['all']);
    expect(wire.member.epoch).toBe(epoch + 1);
  });

  it('acknowledges nothing without a subscription of its own, and hears all the same', () => {
    const wire = new HandWire('honour').confirm();
    wire.say('a;t9;w9;["a"]');
    expect(wire.heard).toEqual([['a']]);
    expect(wire.acknowledged).toEqual([]);
    expect(wire.holds).toEqual([]);
    expect(wire.holding).toBe(false);
  });

  it('goes without leases for longer each time that it finds itself struck off, and leaves the list', () => {
    const wire = new HandWire().confirm().mark();
    for (const pause of [10_000, 20_000]) {
      wire.timers.advance(340);
      wire.mark({ had: false });
      expect(wire.holding).toBe(false);
      expect(wire.reaped.at(-1)?.holders).toEqual(new Map([[wire.last.holder, String(wire.number)]]));
      const { length } = wire.holds;
      wire.timers.advance(pause - 400);
      expect(wire.holds).toHaveLength(length);
      wire.timers.advance(800);
      expect(wire.holds).toHaveLength(length + 1);
      wire.mark({ had: false });
      expect(wire.holding).toBe(true);
    }
    expect(wire.member.stats().wasReaped).toBe(2);
    expect(wire.warnings).toHaveLength(2);
  });

  it('once in ten renewals strikes off the others that have not renewed since, and nobody else', async () => {
    const wire = new HandWire().confirm().mark();
    wire.others = new Map([
      ['gone', '5'],
      ['there', '7'],
      [wire.last.holder, '1'],
    ]);
    await wire.renewing(4 * DELTA);
    expect(wire.reaped).toEqual([]);
    wire.others = new Map([
      ['gone', '5'],
      ['there', '8'],
      [wire.last.holder, '1'],
    ]);
    await wire.renewing(4 * DELTA);
    expect(wire.reaped).toEqual([{ registry: 'r1', holders: new Map([['gone', '5']]) }]);
  });

  it('strikes off nobody by what it saw in another registry', async () => {
    const wire = new HandWire().confirm().mark();
    let looks = 0;
    wire.look = async () => ({ registry: `r${++looks}`, holders: new Map([['x', '5']]) });
    await wire.renewing(8 * DELTA);
    expect(looks).toBeGreaterThan(1);
    expect(wire.reaped).toEqual([]);
  });

  it('ends its lease before it leaves the list, and holds none after that', async () => {
    const wire = new HandWire().confirm().mark();
    const closing = wire.member.close();
    expect(wire.holding).toBe(false);
    await closing;
    expect(wire.reaped.at(-1)).toEqual({ registry: 'r1', holders: new Map([[wire.last.holder, '1']]) });
    expect(wire.last.ended).toBe(true);
    wire.timers.advance(10 * DELTA);
    expect(wire.holds).toHaveLength(1);
    expect(wire.subscriptions).toHaveLength(1);
  });
});
