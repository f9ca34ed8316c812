// Invalidations that wait until every holder of a read lease has dropped the key, against those that none waits for.
// The holders are caches of this process, each with connections of its own, so what they do is in the time, too.
import { openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { untilHolding } from '../measure/leases.mjs';
import { race } from '../measure/race.mjs';
import { oneByOne } from '../measure/slices.mjs';

await answer(async () => {
  const { url, holders, pace } = spec;
  const opened = [];
  const open = async (namespace, readLease) => {
    const app = await openApplication({ redis: url, topology: 'near' }, [{ namespace, readLease }]);
    opened.push(app);
    return app.cache(namespace);
  };
  const entrants = [];
  for (const count of [undefined, ...holders]) {
    const namespace = `bench${count ?? ''}`;
    const writer = await open(namespace, count === undefined ? false : 'honour');
    for (let n = 0; n < (count ?? 0); n++) await untilHolding(await open(namespace, true));
    entrants.push({
      name: count === undefined ? 'ours, near' : `ours, near, ${count} holder${count === 1 ? '' : 's'}`,
      run: (calls) =>
        oneByOne(async () => {
          await writer.invalidate('user:1');
          return 1;
        }, calls),
    });
  }
  const results = await race(entrants, pace);
  await Promise.all(opened.map((app) => app.close()));
  return results;
});
