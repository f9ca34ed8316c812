// What ends many entries at once, against an invalidation of one key, on Redis.
import { openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { race } from '../measure/race.mjs';
import { oneByOne } from '../measure/slices.mjs';

await answer(async () => {
  const { url, pace } = spec;
  const app = await openApplication({ redis: url, topology: 'redis' }, [{ namespace: 'bench', tags: 'everywhere' }]);
  const cache = app.cache('bench');
  const many = Array.from({ length: 100 }, (_, n) => `tag ${n}`);
  const entrant = (name, work) => ({
    name,
    run: (calls) =>
      oneByOne(async () => {
        await work();
        return 1;
      }, calls),
  });
  const results = await race(
    [
      entrant('ours, invalidate one key', () => cache.invalidate('user:1')),
      entrant('ours, invalidateTags of 1', () => cache.invalidateTags('tag 0')),
      entrant('ours, invalidateTags of 100', () => cache.invalidateTags(many)),
    ],
    pace,
  );
  await app.close();
  return results;
});
