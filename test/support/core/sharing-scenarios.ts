import { Deferred } from './deferred.js';
import { pass, settled } from './manual-timers.js';
import { runningLoads } from './running-loads.js';
import type { RigLibrary } from './rig.js';
import { ScriptedLeases } from './scripted-leases.js';
import { ATOMIC, BYTES, MEMORY } from './topologies.js';

/** A course of events, and whether it came out as it has to. For what no order of steps can show. */
export interface Scenario {
  readonly name: string;
  play(library: RigLibrary): Promise<boolean>;
}

const SOFT = { ttl: '1h', fresh: '1m' } as const;

export const NOTHING_IS_KEPT: Scenario = {
  name: 'loads that have ended, well or not',
  play: async (library) => {
    const { cache } = MEMORY.rig({}, library);
    await cache.getOrLoad('loaded', () => 1);
    await cache.getOrLoad('failed', () => Promise.reject(new Error('no'))).catch(() => undefined);
    await cache.getOrLoadMany(['a', 'b'], () => new Map([['a', 1]]));
    return runningLoads(cache) === 0;
  },
};

export const CALLER_OF_A_REFRESH_GIVES_UP: Scenario = {
  name: 'the caller that set a refresh going gives up',
  play: async (library) => {
    const { cache, timers } = ATOMIC.rig({}, library);
    await cache.getOrLoad('42', () => 'old', SOFT);
    timers.advance(60_000);
    const controller = new AbortController();
    const gate = new Deferred<string>();
    await cache.getOrLoad('42', () => gate.promise, { ...SOFT, signal: controller.signal });
    controller.abort();
    await settled();
    gate.resolve('new');
    await settled();
    return (await cache.get('42')) === 'new';
  },
};

export const HUNG_LOAD: Scenario = {
  name: 'a load hangs for longer than the fill deadline',
  play: async (library) => {
    const { cache, timers } = MEMORY.rig({}, library);
    void cache.getOrLoad('42', () => new Promise(() => undefined));
    await settled();
    timers.advance(61_000);
    let loaded = false;
    void cache.getOrLoad('42', () => (loaded = true));
    await settled();
    return loaded;
  },
};

/** The answer of a read is long on its way; meanwhile the key is invalidated, and then the second caller comes. */
export const CALLER_DURING_A_WAIT: Scenario = {
  name: 'a caller comes while a wait for the lease reads',
  play: async (library) => {
    const rig = BYTES.rig({}, library);
    const leases = new ScriptedLeases(() => rig.timers.now(), rig.log);
    rig.generations.leases = leases;
    const cache = rig.another({ stampede: 'replicas' });
    const generation = rig.generations.issue(rig.at('42'));
    leases.occupy(rig.at('42'), 10_000);
    const early = cache.getOrLoad('42', () => 'new');
    await settled();
    rig.place('42', generation, 'old');
    const arrival = new Deferred();
    const current = rig.generations.current.bind(rig.generations);
    rig.generations.current = async (key) => {
      rig.generations.current = current;
      const seen = await current(key);
      await arrival.promise;
      return seen;
    };
    await pass(rig.timers, 20, 5);
    rig.generations.issue(rig.at('42'));
    const late = cache.getOrLoad('42', () => 'new');
    await settled();
    arrival.resolve();
    leases.free(rig.at('42'));
    await pass(rig.timers, 200, 10);
    return (await early) === 'old' && (await late) === 'new';
  },
};
