import { describe, expect, it } from '@jest/globals';

import type { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { pass, settled } from '../../../../support/core/manual-timers.js';
import type { Rig, RigOptions } from '../../../../support/core/rig.js';
import { ScriptedLeases } from '../../../../support/core/scripted-leases.js';
import { MEMORY, NEAR, WITH_BYTES } from '../../../../support/core/topologies.js';
import type { Topology } from '../../../../support/core/topologies.js';

/** Replicas of one application. */
function replicasOf(topology: Topology, options: RigOptions = {}) {
  const rig = topology.rig();
  const leases = new ScriptedLeases(() => rig.timers.now(), rig.log);
  rig.generations.leases = leases;
  const caches = Array.from({ length: 4 }, () => rig.another<string>({ stampede: 'replicas', ...options }));
  return { rig, leases, caches };
}

/** The source, which answers when it is told to. */
class Source {
  readonly loads: Deferred<string>[] = [];

  load = (): Promise<string> => {
    const load = new Deferred<string>();
    this.loads.push(load);
    return load.promise;
  };
}

const ask = (cache: CasCacheService<string>, { load }: Source, callers = 10): Promise<string[]> =>
  Promise.all(Array.from({ length: callers }, () => cache.getOrLoad('a', load)));

const asked = (rig: Rig, step: string): number => rig.log.of(step).length;

describe.each(WITH_BYTES)("$name, stampede: 'replicas'", (topology) => {
  it('the callers of all replicas share one load of a cold key', async () => {
    const { rig, caches } = replicasOf(topology);
    const source = new Source();
    const answers = Promise.all(caches.map((cache) => ask(cache, source)));
    await pass(rig.timers, 200, 10);
    expect(source.loads).toHaveLength(1);
    source.loads[0]?.resolve('value');
    await pass(rig.timers, 200, 10);
    expect((await answers).flat()).toEqual(Array.from({ length: 40 }, () => 'value'));
    expect(source.loads).toHaveLength(1);
  });

  it('a load that took too long gives the key to another replica at once, although its loader goes on', async () => {
    const { rig, caches } = replicasOf(topology, { loadTimeout: 100, stampedeWait: '10s' });
    const source = new Source();
    const [first, second] = caches as [CasCacheService<string>, CasCacheService<string>];
    const late = ask(first, source, 1).catch((error: unknown) => error);
    await settled();
    expect(source.loads).toHaveLength(1);
    rig.timers.advance(100);
    expect(await late).toMatchObject({ code: 'CAS_LOAD_TIMEOUT' });
    void ask(second, source, 1);
    await settled();
    expect(source.loads).toHaveLength(2);
  });

  it('the key is given back once its value is stored', async () => {
    const { rig, leases, caches } = replicasOf(topology);
    const source = new Source();
    const answer = ask(caches[0] as CasCacheService<string>, source);
    await settled();
    expect(leases.holder(rig.at('a'))).toBeDefined();
    let stored: boolean | undefined;
    leases.script.before('release', () => (stored = rig.has('a')));
    source.loads[0]?.resolve('value');
    await answer;
    await settled();
    expect(stored).toBe(true);
    expect(leases.holder(rig.at('a'))).toBeUndefined();
  });

  it('after a load that failed another replica loads', async () => {
    const { rig, caches } = replicasOf(topology);
    const [one, other] = caches as [CasCacheService<string>, CasCacheService<string>];
    const source = new Source();
    const failing = ask(one, source);
    await settled();
    const waiting = ask(other, source);
    await pass(rig.timers, 200, 10);
    source.loads[0]?.reject(new Error('no source'));
    await expect(failing).rejects.toThrow('no source');
    await pass(rig.timers, 200, 10);
    expect(source.loads).toHaveLength(2);
    source.loads[1]?.resolve('value');
    expect(new Set(await waiting)).toEqual(new Set(['value']));
  });

  it('a replica that loads for too long is not waited for past the bound', async () => {
    const { rig, caches } = replicasOf(topology, { stampedeWait: 500 });
    const [one, other] = caches as [CasCacheService<string>, CasCacheService<string>];
    const source = new Source();
    const slow = ask(one, source);
    await settled();
    const waiting = ask(other, source);
    await settled();
    await pass(rig.timers, 490, 10);
    expect(source.loads).toHaveLength(1);
    await pass(rig.timers, 10, 10);
    expect(source.loads).toHaveLength(2);
    for (const load of source.loads) load.resolve('value');
    expect(new Set([...(await slow), ...(await waiting)])).toEqual(new Set(['value']));
  });

  it('whoever comes after an invalidation gets a newer value, also where others wait already', async () => {
    const { rig, caches } = replicasOf(topology);
    const [one, other, writer] = caches as [CasCacheService<string>, CasCacheService<string>, CasCacheService<string>];
    const source = new Source();
    const old = ask(one, source);
    await settled();
    const early = ask(other, source);
    await pass(rig.timers, 100, 10);
    await writer.invalidate('a');
    const late = ask(other, source);
    await pass(rig.timers, 100, 10);
    source.loads[0]?.resolve('old');
    expect(new Set(await old)).toEqual(new Set(['old']));
    await pass(rig.timers, 200, 10);
    expect(source.loads).toHaveLength(2);
    source.loads[1]?.resolve('new');
    expect(new Set(await late)).toEqual(new Set(['new']));
    expect(new Set(await early)).toEqual(new Set(['new']));
    expect(await one.get('a')).toBe('new');
  });

  it('a hit past its soft ttl is loaded anew by one of them', async () => {
    const { rig, caches } = replicasOf(topology, { ttl: 60_000, fresh: 1_000 });
    const source = new Source();
    const first = ask(caches[0] as CasCacheService<string>, source);
    await settled();
    source.loads[0]?.resolve('old');
    await first;
    await pass(rig.timers, 2_000);
    for (const cache of caches) expect(new Set(await ask(cache, source))).toEqual(new Set(['old']));
    await pass(rig.timers, 100, 10);
    expect(source.loads).toHaveLength(2);
    source.loads[1]?.resolve('new');
    await pass(rig.timers, 200, 10);
    for (const cache of caches) expect(new Set(await ask(cache, source))).toEqual(new Set(['new']));
    expect(source.loads).toHaveLength(2);
  });

  it('a store of leases that fails changes nothing but the number of loads', async () => {
    const { leases, caches } = replicasOf(topology);
    leases.script.fail('*', 'reject');
    const source = new Source();
    const answers = Promise.all(caches.map((cache) => ask(cache, source)));
    await settled();
    expect(source.loads).toHaveLength(4);
    for (const load of source.loads) load.resolve('value');
    expect(new Set((await answers).flat())).toEqual(new Set(['value']));
  });

  it('a hit asks for no lease, nor does a miss where callers of one process only share', async () => {
    const { rig } = replicasOf(topology);
    await rig.another<string>().getOrLoad('a', () => 'value');
    await rig.another<string>({ stampede: 'replicas' }).getOrLoad('a', () => 'other');
    expect(asked(rig, 'leases.acquire')).toBe(0);
  });
});

describe.each([MEMORY, NEAR])("$name, stampede: 'replicas'", (topology) => {
  it('nobody waits for what another process keeps to itself', async () => {
    const { rig, caches } = replicasOf(topology);
    const source = new Source();
    const answer = ask(caches[0] as CasCacheService<string>, source);
    await settled();
    source.loads[0]?.resolve('value');
    await answer;
    expect(asked(rig, 'leases.acquire')).toBe(0);
  });
});
