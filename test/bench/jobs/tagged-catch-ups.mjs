// The first read of a process after other tags of its namespace were invalidated by another process: it asks what is
// new. The clock stands while they are.
import { openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { race } from '../measure/race.mjs';
import { oneAfter } from '../measure/slices.mjs';

await answer(async () => {
  const { url, moves, pace } = spec;
  const opened = [];
  const open = async (namespace) => {
    const app = await openApplication({ redis: url, topology: 'redis' }, [{ namespace, tags: true }]);
    opened.push(app);
    return app.cache(namespace);
  };
  const entrants = [];
  for (const moved of moves) {
    const namespace = `bench${moved}`;
    const [reader, writer] = [await open(namespace), await open(namespace)];
    await reader.getOrLoad('page', () => 'a page', { tags: ['tenant:7', 'order:1'] });
    const others = Array.from({ length: moved }, (_, n) => `order:${n + 2}`);
    entrants.push({
      name: moved === 0 ? 'ours, nothing moved' : `ours, ${moved} tag${moved === 1 ? '' : 's'} moved`,
      run: (calls) =>
        oneAfter(
          async () => {
            if (moved > 0) await writer.invalidateTags(others);
          },
          async () => {
            if ((await reader.get('page')) === undefined) throw new Error('a hit was a miss');
            return 1;
          },
          calls,
        ),
    });
  }
  const results = await race(entrants, pace);
  await Promise.all(opened.map((app) => app.close()));
  return results;
});
