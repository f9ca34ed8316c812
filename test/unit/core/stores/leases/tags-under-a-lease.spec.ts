import { beforeEach, describe, expect, it } from '@jest/globals';

import type { TagClock } from '../../../../../lib/contracts/tag-store.js';
import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { HandLeases, leased } from '../../../../support/core/hand-leases.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig, RigOptions } from '../../../../support/core/rig.js';
import { NEAR, TIERED_ATOMIC, TIERED_TIMED } from '../../../../support/core/topologies.js';

const never = (): never => {
  throw new Error('A hit has loaded.');
};

describe.each([NEAR, TIERED_ATOMIC, TIERED_TIMED])('tags under a read lease, $name', (topology) => {
  let leases: HandLeases;
  let rig: Rig;

  /** A cache with an entry that carries two tags, for which a lease stands. */
  async function proven(options: RigOptions = {}): Promise<void> {
    leases = new HandLeases();
    rig = leased(topology, leases, { tags: true, ...options });
    await rig.cache.getOrLoad('a', () => 'v1', { tags: ['t', 'u'] });
    await rig.cache.get('a');
    expect(rig.cache.getSync('a')).toBe('v1');
    rig.log.forget();
  }

  beforeEach(() => proven());

  const clock = (): TagClock => rig.generations.tags.clock as TagClock;

  /** Another process invalidates tags, and has not told yet. */
  const invalidateElsewhere = (...tags: readonly string[]): TagClock => rig.generations.tags.move(tags);

  const hear = (at: TagClock, ...tags: readonly string[]): void => leases.user?.heard({ ...at, tags });

  /** What the clock answers from now on is on its way until the end of the hold. */
  function holdClock(): () => void {
    const { tags } = rig.generations;
    const hold = new Deferred();
    const current = tags.current.bind(tags);
    tags.current = async () => {
      const read = await current();
      await hold.promise;
      return read;
    };
    return () => {
      tags.current = current;
      hold.resolve();
    };
  }

  /** What was asked beyond this process. */
  const asked = (): string[] => rig.log.steps().filter((step) => /^(atomic|generations|tags)/.test(step));

  it('a hit asks nothing, by every way to ask for it, and carries its tags', async () => {
    expect(await rig.cache.get('a')).toBe('v1');
    expect(await rig.cache.getOrLoad('a', never)).toBe('v1');
    expect(await rig.cache.getOrLoad('a', never, { tags: 'u' })).toBe('v1');
    expect((await rig.cache.getBulk(['a'])).values.get('a')).toBe('v1');
    expect(asked()).toEqual([]);
    expect(await rig.cache.getOrLoad('a', () => 'v2', { tags: 'w' })).toBe('v2');
  });

  it('a tag that was announced ends what carries it, and no other entry', async () => {
    await rig.cache.getOrLoad('b', () => 'w1', { tags: ['w'] });
    await rig.cache.get('b');
    hear(invalidateElsewhere('u'), 'u');
    expect(rig.cache.getSync('a')).toBeUndefined();
    expect(rig.cache.getSync('b')).toBe('w1');
    expect(await rig.cache.get('a')).toBeUndefined();
    expect(rig.cache.stats().misses['tag-invalidated']).toBe(1);
  });

  it('an answer that was on its way when a tag was announced proves nothing that is older', async () => {
    const release = holdClock();
    leases.epoch++;
    const answer = rig.cache.get('a');
    await settled();
    hear(invalidateElsewhere('t'), 't');
    release();
    // The read began before.
    expect(await answer).toBe('v1');
    expect(rig.cache.getSync('a')).toBeUndefined();
    expect(await rig.cache.get('a')).toBeUndefined();
  });

  it('an announcement that comes late takes nothing from an answer that knew of it', async () => {
    const before = invalidateElsewhere('t');
    // Its reads ask.
    leases.epoch++;
    await rig.cache.getOrLoad('a', () => 'v2', { tags: ['t'] });
    await rig.cache.get('a');
    rig.log.forget();
    hear(before, 't');
    expect(rig.cache.getSync('a')).toBe('v2');
    expect(asked()).toEqual([]);
  });

  it.each(['named', 'known to the loader alone'])(
    'a value that was being loaded when its tag was announced is not served: %s',
    async (how) => {
      const hold = new Deferred();
      const reading = rig.cache.getOrLoad(
        'c',
        async (ctx) => {
          if (how !== 'named') ctx.tag('t');
          await hold.promise;
          return 'old';
        },
        how === 'named' ? { tags: 't' } : {},
      );
      await settled();
      hear(invalidateElsewhere('t'), 't');
      hold.resolve();
      await reading;
      expect(rig.cache.getSync('c')).toBeUndefined();
      expect(await rig.cache.get('c')).toBeUndefined();
    },
  );

  it('an announcement of another era ends the epoch', async () => {
    const { epoch } = leases;
    hear(invalidateElsewhere('w'), 'w');
    expect(leases.epoch).toBe(epoch);
    expect(rig.cache.getSync('a')).toBe('v1');
    // As a clock that was set back may issue it.
    hear({ era: 7, seq: 8 }, 'w');
    expect(leases.epoch).toBe(epoch + 1);
    expect(rig.cache.getSync('a')).toBeUndefined();
    expect(await rig.cache.get('a')).toBe('v1');
    expect(rig.cache.getSync('a')).toBe('v1');
  });

  it('so does an entry that was proven in another era than what was heard', async () => {
    const { epoch } = leases;
    hear({ era: 7, seq: 8 }, 'w');
    expect(rig.cache.getSync('a')).toBeUndefined();
    expect(leases.epoch).toBe(epoch + 1);
    await rig.cache.get('a');
    expect(rig.cache.getSync('a')).toBe('v1');
  });

  it('what the store itself is not sure of is not served without a question', async () => {
    rig.generations.tags.clock = undefined;
    leases.epoch++;
    expect(await rig.cache.get('a')).toBeUndefined();
    expect(rig.cache.getSync('a')).toBeUndefined();
  });

  it('is told to others after it took effect, and resolves when the wait has ended', async () => {
    let seen: TagClock | undefined;
    let end = (): void => undefined;
    leases.tell = async () => {
      seen = clock();
      return () => new Promise((resolve) => (end = resolve));
    };
    const before = clock();
    let resolved = false;
    const invalidated = rig.cache.invalidateTags(['t', 'w']).then(() => (resolved = true));
    await settled();
    expect(seen?.seq).toBeGreaterThan(before.seq);
    expect(leases.announced).toEqual([{ ...clock(), tags: ['t', 'w'] }]);
    // Its own hits end with the answer, and it takes longer than an operation may.
    expect(rig.cache.getSync('a')).toBeUndefined();
    rig.timers.advance(1_000);
    await settled();
    expect(resolved).toBe(false);
    end();
    await invalidated;
  });

  it('one that could not be told is owed: neither by a lease nor else is served what carries it', async () => {
    const { tell } = leases;
    leases.tell = () => Promise.reject(new Error('not told'));
    await rig.cache.getOrLoad('b', () => 'w1', { tags: ['w'] });
    await rig.cache.get('b');
    const failed = await rig.cache.invalidateTags(['t']).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'CAS_INVALIDATE', failedTags: new Map([['t', expect.any(Error)]]) });
    await rig.cache.getOrLoad('a', () => 'v2', { tags: ['t'] });
    await rig.cache.get('a');
    expect(rig.cache.getSync('a')).toBeUndefined();
    expect(rig.cache.getSync('b')).toBe('w1');
    leases.tell = tell;
    leases.announced.length = 0;
    rig.timers.advance(50);
    await settled();
    expect(leases.announced).toEqual([{ ...clock(), tags: ['t'] }]);
    expect(rig.cache.stats().pendingInvalidations.tags).toBe(0);
  });

  it('one that could not be carried out is owed, and not told', async () => {
    rig.generations.tags.script.fail('invalidate', 'reject');
    await expect(rig.cache.invalidateTags('t')).rejects.toMatchObject({ code: 'CAS_INVALIDATE' });
    expect(leases.announced).toEqual([]);
    expect(rig.cache.getSync('a')).toBeUndefined();
    expect(await rig.cache.get('a')).toBeUndefined();
  });

  it('inside a transaction ends hits there at once, and is told at its end', async () => {
    await runInCasTransaction(async () => {
      await rig.cache.invalidateTags('t');
      expect(rig.cache.getSync('a')).toBeUndefined();
      expect(await rig.cache.get('a')).toBeUndefined();
      expect(leases.announced).toEqual([]);
    });
    expect(leases.announced).toEqual([{ ...clock(), tags: ['t'] }]);
  });

  it('of very many, all are told together, once they have ended', async () => {
    const many = Array.from({ length: 1_001 }, (_, i) => `t${i}`);
    await rig.cache.invalidateTags(many);
    expect(leases.announced).toEqual([{ ...clock(), tags: many }]);
  });

  it('where a new era began between turns, everything is told', async () => {
    const many = Array.from({ length: 1_001 }, (_, i) => `t${i}`);
    const { tags } = rig.generations;
    const invalidate = tags.invalidate.bind(tags);
    tags.invalidate = async (some, keepMs) => {
      const done = await invalidate(some, keepMs);
      tags.table = undefined;
      return done;
    };
    await rig.cache.invalidateTags(many);
    expect(leases.announced).toEqual(['all']);
  });

  it.each([true, 'everywhere'] as const)('a clear is told, with tags: %s', async (tags) => {
    await proven({ tags });
    await rig.cache.clear();
    expect(leases.announced).toEqual(['all']);
    expect(rig.cache.getSync('a')).toBeUndefined();
  });
});

describe('an entry that comes from the tier behind', () => {
  it('is proven by the question that found it, where that says what the clock read', async () => {
    const leases = new HandLeases();
    const rig = leased(TIERED_TIMED, leases, { tags: true });
    await rig.cache.getOrLoad('a', () => 'v1', { tags: ['t'] });
    const other = rig.generations.tags.move(['w']);
    rig.near?.held.clear();
    await rig.cache.get('a');
    await settled();
    leases.user?.heard({ ...other, tags: ['w'] });
    expect(rig.cache.getSync('a')).toBe('v1');
    const own = rig.generations.tags.move(['t']);
    leases.user?.heard({ ...own, tags: ['t'] });
    expect(rig.cache.getSync('a')).toBeUndefined();
  });
});

describe('a process that holds leases in a namespace without tags', () => {
  it('takes no notice of tags that others announce', async () => {
    const leases = new HandLeases();
    const rig = leased(NEAR, leases);
    await rig.cache.getOrLoad('a', () => 'v1');
    await rig.cache.get('a');
    leases.user?.heard({ era: 7, seq: 8, tags: ['t'] });
    expect(rig.cache.getSync('a')).toBe('v1');
  });
});
