import { SERVER_MUTANTS } from './mutants/servers.js';
import { withBroken } from './mutants/mutant.js';
import { OURS_WITH_REDIS } from './redis-library.js';
for (const m of SERVER_MUTANTS) {
  const s = performance.now();
  try {
    console.log('ours', await m.caughtBy.play(OURS_WITH_REDIS), performance.now() - s);
    await withBroken(m.edits, async (library) => {
      console.log(m.name, await m.caughtBy.play(library), performance.now() - s);
    });
  } catch (e) {
    console.log('BAD', m.name, (e as Error).stack!.slice(0, 1500));
  }
}
