import { beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { GenerationStore } from '../../../../lib/contracts/generation-store.js';
import type { Follower } from '../../../../lib/contracts/follower.js';
import type { Announcing, ReadLeaseMember, ReadLeases } from '../../../../lib/contracts/read-leases.js';
import { CasIntentUnavailableError } from '../../../../lib/write-errors.js';
import { Deferred } from '../../../support/core/deferred.js';
import { pass } from '../../../support/core/manual-timers.js';
import type { Rig } from '../../../support/core/rig.js';
import { NEAR, TIERED_ATOMIC } from '../../../support/core/topologies.js';

/** Leases whose announcements a store may carry out behind bumps. */
class FollowingLeases implements ReadLeases {
  readonly log: string[] = [];
  carried = true;
  /** Until when others are waited for. */
  others: Promise<void> = Promise.resolve();

  join(): ReadLeaseMember {
    const { log } = this;
    const waited = async (): Promise<void> => {
      await this.others;
      log.push('waited');
    };
    const textOf = (what: Announcing): string => {
      if (what === 'all') return what;
      return 'tags' in what ? `tags ${what.tags.join()}` : what.join();
    };
    return {
      epoch: 1,
      proofMs: 10_000,
      now: () => 0,
      within: () => 0,
      announce: async (what) => {
        log.push(`announce ${textOf(what)}`);
        return waited;
      },
      follow: (what) => ({
        follower: { carrier: `follows ${textOf(what)}` },
        told: () => {
          log.push('asked whether it was carried');
          return this.carried ? waited : undefined;
        },
        drop: () => void log.push('dropped'),
      }),
      endEpoch: () => undefined,
      stats: () => ({}) as ReturnType<ReadLeaseMember['stats']>,
      close: async () => undefined,
    };
  }
}

function rigWith(leases: ReadLeases, topology: typeof NEAR): Rig {
  const rig = topology.rig({ namespace: 'user' });
  Object.assign(rig.generations, { readLeases: leases });
  return Object.assign(rig, { cache: rig.another({ readLease: true }) });
}

describe.each([NEAR, TIERED_ATOMIC])('an announcement behind bumps, $name', (topology) => {
  let leases: FollowingLeases;
  let rig: Rig;

  beforeEach(() => {
    leases = new FollowingLeases();
    rig = rigWith(leases, topology);
  });

  it('is waited for, and not announced once more, where the store carried it out', async () => {
    await rig.cache.invalidate('a');
    expect(leases.log).toEqual(['asked whether it was carried', 'waited']);
  });

  it('is announced by itself where the store did not', async () => {
    leases.carried = false;
    await rig.cache.invalidate(['a', 'b']);
    expect(leases.log).toEqual(['asked whether it was carried', 'announce a,b', 'waited']);
  });

  it('is told before a write under an intent begins', async () => {
    await rig.cache.withWriteIntent('a', () => void leases.log.push('the write'));
    expect(leases.log).toEqual(['asked whether it was carried', 'waited', 'the write', 'dropped']);
  });
});

describe('a write under an intent whose lease runs out while others are waited for', () => {
  it.each(['throw', 'proceed'] as const)('%s: it begins only where the caller wants it so', async (onUnavailable) => {
    const leases = new FollowingLeases();
    const others = new Deferred();
    leases.others = others.promise;
    const rig = rigWith(leases, NEAR);
    rig.generations.intents.script.fail('renew', 'reject');
    const write = jest.fn(async () => 1);
    const written = rig.cache.withWriteIntent('a', write, { onUnavailable }).catch((error: unknown) => error);
    await pass(rig.timers, 31_000);
    others.resolve();
    const outcome = await written;
    expect(write).toHaveBeenCalledTimes(onUnavailable === 'proceed' ? 1 : 0);
    expect(outcome instanceof CasIntentUnavailableError).toBe(onUnavailable === 'throw');
    expect(leases.log).toContain('waited');
  });
});

describe('an announcement behind the bumps of very many keys', () => {
  it('travels with none of several turns', async () => {
    const { cache, generations } = rigWith(new FollowingLeases(), NEAR);
    const store: GenerationStore = generations;
    const followers: (Follower | undefined)[] = [];
    const bumpMany = generations.bumpMany.bind(generations);
    store.bumpMany = (keys, follower) => {
      followers.push(follower);
      return bumpMany(keys);
    };
    const many = Array.from({ length: 1_002 }, (_, i) => `${i}`);
    await cache.invalidate(many);
    expect(followers).toStrictEqual([undefined, undefined]);
    await cache.invalidate(many.slice(2));
    expect(followers[2]?.carrier).toContain('follows 2,3,');
  });
});
