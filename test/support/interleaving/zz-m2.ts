import { SCRIPT_MUTANTS, COARSE } from './mutants/scripts.js';
import { withBroken, wrongRead } from './mutants/mutant.js';
import { RealRedis } from './topologies/real-redis.js';
import { startRedis } from '../redis/redis-server.mjs';
import { EveryState } from './every-state.js';
import { explore } from './explore.js';
import { INTENT } from './programs/intents.js';
const server = await startRedis();
for (const m of [
  ...SCRIPT_MUTANTS,
  { name: 'coarse (not a mutant)', edits: COARSE, on: 'redis' as const, caughtBy: INTENT },
]) {
  if (process.argv[2] && !m.name.includes(process.argv[2])) continue;
  try {
    await withBroken(m.edits, async (library) => {
      const real = await RealRedis.connect(library, server.url);
      try {
        const c = new EveryState();
        const w = await wrongRead(explore(m.caughtBy, real.topology(m.on), c));
        console.log(w ? 'caught' : 'NOT   ', m.name, c.kind);
        if (process.argv[2]) console.log(w);
      } finally {
        await real.close();
      }
    });
  } catch (e) {
    console.log('BAD', m.name, (e as Error).message.slice(0, 1500));
  }
}
await server.stop();
