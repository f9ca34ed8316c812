import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { explore } from '../support/interleaving/explore.js';
import { wrongRead, withBroken } from '../support/interleaving/mutants/mutant.js';
import { NO_COMPARISON, SCRIPT_MUTANTS, STANDING_CLOCK } from '../support/interleaving/mutants/scripts.js';
import type { ScriptMutant } from '../support/interleaving/mutants/scripts.js';
import { CLEAR } from '../support/interleaving/programs/clears.js';
import { FILL } from '../support/interleaving/programs/fills.js';
import { LOST_GENERATION, LOST_GENERATION_HERE } from '../support/interleaving/programs/losses.js';
import { OURS_WITH_REDIS } from '../support/interleaving/redis-library.js';
import type { RedisLibrary } from '../support/interleaving/redis-library.js';
import { print } from '../support/interleaving/report.js';
import { RealRedis } from '../support/interleaving/topologies/real-redis.js';
import { startRedis } from '../support/redis/redis-server.mjs';
import type { RedisServer } from '../support/redis/redis-server.mjs';

const TIMEOUT_MS = 120_000;
const AT_HAND = SCRIPT_MUTANTS.filter(({ isDeep }) => isDeep !== true);

describe('broken variants of the scripts, on a real Redis', () => {
  const table = [['variant', 'on', 'caught by']];
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(async () => {
    await server.stop();
    print('Broken variants of the scripts, and what caught them', table);
  });

  const onRedis = async <T>(library: RedisLibrary, use: (real: RealRedis) => Promise<T>): Promise<T> => {
    const real = await RealRedis.connect(library, server.url);
    try {
      return await use(real);
    } finally {
      await real.close();
    }
  };

  const isCaught = ({ name, edits, on, caughtBy }: ScriptMutant): Promise<void> =>
    withBroken(edits, (library) =>
      onRedis(library, async (real) => {
        expect(await wrongRead(explore(caughtBy, real.topology(on)))).toBeDefined();
        table.push([name, on, caughtBy.name]);
      }),
    );
  it.each(AT_HAND)('$name: caught', isCaught, TIMEOUT_MS);

  it(
    'the scripts as they are pass the same programs',
    () =>
      onRedis(OURS_WITH_REDIS, async (real) => {
        for (const program of [FILL, LOST_GENERATION, CLEAR]) {
          expect(await wrongRead(explore(program, real.topology('redis')))).toBeUndefined();
        }
      }),
    TIMEOUT_MS,
  );

  it.each(['near', 'redis'] as const)(
    'on %s a process that has seen what was lost issues it no second time, whatever the clock says',
    (on) =>
      withBroken([STANDING_CLOCK], (library) =>
        onRedis(library, async (real) => {
          expect(await wrongRead(explore(LOST_GENERATION_HERE, real.topology(on)))).toBeUndefined();
        }),
      ),
    TIMEOUT_MS,
  );

  it('a fill without its comparison leaves G1 alone, because reads compare, but is never refused', async () => {
    const late = (library: RedisLibrary): Promise<number> =>
      onRedis(library, async (real) => (await explore(FILL, real.topology('redis'))).seen.fills.stale ?? 0);
    expect(await late(OURS_WITH_REDIS)).toBeGreaterThan(0);
    expect(await withBroken(NO_COMPARISON, late)).toBe(0);
  });
});
