import { describe, expect, it } from '@jest/globals';

import type { Announcing } from '../../../../lib/contracts/read-leases.js';
import { announcementText, parseMessage } from '../../../../lib/redis/leases/messages.js';
import { settled } from '../../../support/core/manual-timers.js';
import { DELTA, HandWire, watch } from '../../../support/redis/hand-wire.js';
import type { Waiting } from '../../../support/redis/hand-wire.js';

const holders = (...names: readonly string[]): Map<string, string> => new Map(names.map((name) => [name, '1']));

/** Announces, and is answered. */
async function announced(wire: HandWire, named: ReadonlyMap<string, string>, young = 0): Promise<Waiting> {
  const telling = wire.member.announce(['a']);
  wire.told.at(-1)?.answer({ registry: 'r1', young, holders: named });
  const wait = watch((await telling)());
  await settled();
  return wait;
}

function acknowledge(wire: HandWire, holder: string, id = wire.told.at(-1)?.id): void {
  wire.say(`k;${holder};${id}`);
}

describe('an invalidation under read leases', () => {
  it('waits for nobody where nobody holds a lease', async () => {
    const wire = new HandWire().confirm();
    expect(await announced(wire, holders())).toEqual({ ended: true });
    expect(wire.member.stats()).toMatchObject({ announcements: 1, waits: { count: 0 }, timedOut: 0 });
  });

  it('waits for each holder, and not for itself', async () => {
    const wire = new HandWire().confirm();
    const wait = await announced(wire, holders('x', 'y', wire.last.holder));
    acknowledge(wire, 'x');
    await settled();
    expect(wait.ended).toBe(false);
    acknowledge(wire, 'y');
    await settled();
    expect(wait.ended).toBe(true);
    expect(wire.reaped).toEqual([]);
  });

  it('an acknowledgement of another announcement counts for nothing', async () => {
    const wire = new HandWire().confirm();
    const wait = await announced(wire, holders('x'));
    acknowledge(wire, 'x', 'another');
    await settled();
    expect(wait.ended).toBe(false);
  });

  it('waits neither for itself under its last name', async () => {
    const wire = new HandWire().confirm();
    const former = wire.last.holder;
    wire.last.events.lost();
    wire.timers.advance(60);
    wire.last.events.confirmed('s1');
    expect(await announced(wire, holders(former, wire.last.holder))).toEqual({ ended: true });
  });

  it('several may be acknowledged in one message', async () => {
    const wire = new HandWire().confirm();
    const waits = [await announced(wire, holders('x')), await announced(wire, holders('x'))];
    acknowledge(wire, 'x', wire.told.map(({ id }) => id).join(','));
    await settled();
    expect(waits).toEqual([{ ended: true }, { ended: true }]);
  });

  it('an acknowledgement may overtake the answer', async () => {
    const wire = new HandWire().confirm();
    const telling = wire.member.announce(['a']);
    acknowledge(wire, 'x');
    wire.told[0]?.answer({ registry: 'r1', young: 0, holders: holders('x') });
    const wait = watch((await telling)());
    await settled();
    expect(wait.ended).toBe(true);
  });

  it('waits no longer than a lease can last, and strikes off who did not answer', async () => {
    const wire = new HandWire().confirm();
    const wait = await announced(wire, holders('x', 'y'));
    acknowledge(wire, 'y');
    wire.timers.advance(1.02 * DELTA - 1);
    await settled();
    expect(wait.ended).toBe(false);
    wire.timers.advance(1);
    await settled();
    expect(wait.ended).toBe(true);
    expect(wire.reaped).toEqual([{ registry: 'r1', holders: holders('x') }]);
    expect(wire.member.stats()).toMatchObject({ timedOut: 1, reaped: 1, waits: { count: 1, longestMs: 1_020 } });
  });

  it('waits until a registry is young no more, whoever is on it', async () => {
    const wire = new HandWire().confirm();
    const wait = await announced(wire, holders(), 700);
    wire.timers.advance(699);
    await settled();
    expect(wait.ended).toBe(false);
    wire.timers.advance(1);
    await settled();
    expect(wait.ended).toBe(true);
    expect(wire.member.stats()).toMatchObject({ young: 1, timedOut: 0 });
  });

  it('waits for a registry no longer than for a holder, however young it says that it is', async () => {
    const wire = new HandWire().confirm();
    const wait = await announced(wire, holders(), 10 * DELTA);
    wire.timers.advance(1.02 * DELTA);
    await settled();
    expect(wait.ended).toBe(true);
  });

  it('has its subscription made anew where it heard nothing of its own announcement either', async () => {
    for (const hears of [true, false]) {
      const wire = new HandWire('honour').confirm();
      const wait = await announced(wire, holders('x'));
      if (hears) wire.say(wire.told[0]?.text ?? '');
      wire.timers.advance(1.02 * DELTA + 100);
      await settled();
      expect(wait.ended).toBe(true);
      wire.timers.advance(100);
      expect(wire.subscriptions).toHaveLength(hears ? 1 : 2);
      expect(wire.subscriptions[0]?.ended).toBe(!hears);
    }
  });

  it('fails where it may not have been told', async () => {
    const wire = new HandWire();
    const telling = wire.member.announce(['a']);
    wire.told[0]?.fail(new Error('lost'));
    await expect(telling).rejects.toThrow('lost');
    // Nothing is kept of what nobody waits for.
    const { waits } = (wire.member as unknown as { announcer: { waits: ReadonlyMap<string, unknown> } }).announcer;
    expect(waits.size).toBe(0);
  });

  it('waits as well for what a store carried out behind its bumps', async () => {
    const wire = new HandWire().confirm();
    const following = wire.member.follow(['a']);
    const [carried] = wire.followers;
    expect(wire.told).toEqual([]);
    acknowledge(wire, 'x', carried?.id);
    carried?.answer({ registry: 'r1', young: 0, holders: holders('x', 'y') });
    const wait = watch(following.told()?.() ?? Promise.resolve());
    await settled();
    expect(wait.ended).toBe(false);
    acknowledge(wire, 'y', carried?.id);
    await settled();
    expect(wait.ended).toBe(true);
    expect(wire.member.stats()).toMatchObject({ announcements: 1, waits: { count: 1 } });
  });

  it('is not told where the store carried nothing out', async () => {
    const wire = new HandWire().confirm();
    expect(wire.member.follow(['a']).told()).toBeUndefined();
    expect(wire.member.stats()).toMatchObject({ announcements: 0, waits: { count: 0 } });
  });

  it('names its keys, unless they are too many or too long', () => {
    const many = Array.from({ length: 1_001 }, (_, i) => `${i}`);
    const sent = (what: Announcing): unknown => parseMessage(announcementText('1', what).to('w'));
    expect(sent(['a;b', 'ü'])).toMatchObject({ what: ['a;b', 'ü'] });
    expect(sent(many.slice(1))).toMatchObject({ what: many.slice(1) });
    for (const what of ['all', many, ['x'.repeat(65_536)]] as const) {
      expect(sent(what)).toMatchObject({ id: '1', writer: 'w', what: 'all' });
    }
  });

  it('names its tags with their clock, unless they are too many or too long', () => {
    const tags = ['a;1;2', 'ü@', '"]'];
    const { to, isClocked } = announcementText('1', { tags });
    expect(isClocked).toBe(true);
    expect(parseMessage(`${to('w')};7;9007199254740990`)).toEqual({
      kind: 'announcement',
      id: '1',
      writer: 'w',
      what: { era: 7, seq: 9_007_199_254_740_990, tags },
    });
    const many = Array.from({ length: 1_001 }, (_, i) => `${i}`);
    for (const some of [many, ['x'.repeat(65_536)]]) {
      const text = announcementText('1', { tags: some });
      expect(text.isClocked).toBe(false);
      expect(parseMessage(text.to('w'))).toMatchObject({ what: 'all' });
    }
  });

  it.each([
    'a;1;w;@["a"]',
    'a;1;w;@["a"];7',
    'a;1;w;@["a"];x;7',
    'a;1;w;@[1];7;7',
    'a;1;w;@;7;7',
    'a;1;w;@["a"];7;9007199254740992',
  ])('is one of everything where its tags or their clock cannot be read: %s', (text) => {
    expect(parseMessage(text)).toEqual({ kind: 'announcement', id: '1', writer: 'w', what: 'all' });
  });

  it('what is no message of this package is none', () => {
    expect(parseMessage('x;1')).toBeUndefined();
    expect(parseMessage('m;one;r')).toBeUndefined();
  });
});
