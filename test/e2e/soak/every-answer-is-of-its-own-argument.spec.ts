import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCached, CasCachedMany, CasCacheModule } from 'nestjs-cascache';
import type { CasCacheModuleOptions } from 'nestjs-cascache';

import { applications } from '../../support/nest/applications.js';
import { freshNamespace, sharedCluster, sharedRedis } from '../../support/redis/shared-redis.js';

/** How many other keys each application meets first: few in the suite, 100,000 for a long run. */
const OTHER_KEYS = Number(process.env['CASCACHE_SOAK_KEYS'] ?? 500);
/** How many applications are made and closed, one after the other. */
const APPLICATIONS = Number(process.env['CASCACHE_SOAK_APPLICATIONS'] ?? 2);
const AT_ONCE = 100;
/** A long run takes as long as it has keys. */
const TIMEOUT_MS = 300_000 + 5 * OTHER_KEYS * APPLICATIONS;

interface Answer {
  readonly method: string;
  readonly of: string;
}

/** Methods whose answers say what they were asked, and by which method. */
@Injectable()
class Answers {
  @CasCached()
  async one(id: string): Promise<Answer> {
    await Promise.resolve();
    return { method: 'one', of: id };
  }

  @CasCached()
  two(id: string): Promise<Answer> {
    return Promise.resolve({ method: 'two', of: id });
  }

  @CasCached({ key: (id: string, page: number) => `own:${id}:${page}`, fresh: '1ms' })
  async paged(id: string, page: number): Promise<Answer> {
    await new Promise(setImmediate);
    return { method: 'paged', of: `${id}:${page}` };
  }

  @CasCachedMany({ keys: (ids: string[]) => ids.map((id) => `many:${id}`), keyOf: ({ of }: Answer) => `many:${of}` })
  async many(ids: string[]): Promise<Answer[]> {
    await Promise.resolve();
    return ids.map((of) => ({ method: 'many', of }));
  }
}

/** Asks all methods at once, each pair of neighbours with arguments that share a part. */
async function wrongAnswers(answers: Answers, round: string): Promise<string[]> {
  const wrong: string[] = [];
  const check = (answer: Answer | undefined, method: string, of: string): void => {
    if (answer?.method !== method || answer.of !== of)
      wrong.push(`${method}(${of}) answered ${JSON.stringify(answer)}`);
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_each, i) => {
      // Each key is asked for by two callers, so that loads are shared.
      const id = `${round}-${Math.floor(i / 2)}`;
      const next = `${round}-${Math.floor(i / 2) + 1}`;
      const [one, two, paged, many] = await Promise.all([
        answers.one(id),
        answers.two(id),
        answers.paged(id, i % 3),
        answers.many([id, next]),
      ]);
      check(one, 'one', id);
      check(two, 'two', id);
      check(paged, 'paged', `${id}:${i % 3}`);
      check(many[0], 'many', id);
      check(many[1], 'many', next);
    }),
  );
  return wrong;
}

describe.each<[string, () => Promise<CasCacheModuleOptions>]>([
  ['memory', async () => ({ topology: 'memory' })],
  ['near', async () => ({ topology: 'near', redis: await sharedRedis() })],
  ['redis', async () => ({ topology: 'redis', redis: await sharedRedis() })],
  ['tiered', async () => ({ topology: 'tiered', redis: await sharedRedis() })],
  ['redis, on a Cluster', async () => ({ topology: 'redis', redis: await sharedCluster() })],
])('decorated calls, many at once, topology %s', (_, options) => {
  const { compile } = applications();

  it(
    'each answer is that of its own method and argument, in one application after another',
    async () => {
      const namespace = freshNamespace();
      for (let application = 0; application < APPLICATIONS; application++) {
        const app = await compile({
          imports: [
            CasCacheModule.forRoot({ ...(await options()), defaults: { timeout: '5s' } }),
            CasCacheModule.forFeature(namespace),
          ],
          providers: [Answers],
        });
        const answers = app.get(Answers);
        for (let key = 0; key < OTHER_KEYS; key += AT_ONCE) {
          const ids = Array.from({ length: AT_ONCE }, (_each, i) => `other-${application}-${key + i}`);
          const others = await Promise.all(ids.map((id) => answers.one(id)));
          expect(others.map(({ of }) => of)).toEqual(ids);
        }
        // The second time most are hits, and those of `paged` are refreshed behind.
        for (const round of ['same', 'same', `${application}`]) {
          expect(await wrongAnswers(answers, round)).toEqual([]);
        }
        await app.close();
      }
    },
    TIMEOUT_MS,
  );
});
