import { expect, it } from '@jest/globals';

import { Deferred } from '../../../../support/core/deferred.js';
import { pass, settled } from '../../../../support/core/manual-timers.js';
import { ScriptedLeases } from '../../../../support/core/scripted-leases.js';
import { BYTES } from '../../../../support/core/topologies.js';

it('what a waiting load has found by a read from before an invalidation is for those who came before it', async () => {
  const rig = BYTES.rig();
  const leases = new ScriptedLeases(() => rig.timers.now(), rig.log);
  rig.generations.leases = leases;
  const cache = rig.another<string>({ stampede: 'replicas' });
  const load = (): string => 'new';
  const generation = rig.generations.issue(rig.at('a'));
  leases.occupy(rig.at('a'), 10_000);
  const early = cache.getOrLoad('a', load);
  await settled();

  // Another replica has filled. The next read finds that, and its answer is long on its way.
  rig.place('a', generation, 'old');
  const { current } = rig.generations;
  const [asked, arrival] = [new Deferred(), new Deferred()];
  rig.generations.current = async (key) => {
    rig.generations.current = current;
    const seen = await current.call(rig.generations, key);
    asked.resolve();
    await arrival.promise;
    return seen;
  };
  await pass(rig.timers, 20, 5);
  await asked.promise;
  rig.generations.issue(rig.at('a'));
  const late = cache.getOrLoad('a', load);
  await settled();
  arrival.resolve();
  expect(await early).toBe('old');

  leases.free(rig.at('a'));
  await pass(rig.timers, 200, 10);
  expect(await late).toBe('new');
});
