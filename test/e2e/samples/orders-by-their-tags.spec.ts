import { describe, expect, it } from '@jest/globals';
import { AppModule } from '../../../sample/03-tags/app.module.js';
import { OrderTable } from '../../../sample/03-tags/order-table.js';
import { tellStory } from '../../../sample/03-tags/story.js';
import { applications } from '../../support/nest/applications.js';
import { sharedRedis } from '../../support/redis/shared-redis.js';

const { start } = applications();

/** What the story prints of each chapter: its looks, in order, without what separates the columns. */
async function told(redis?: string): Promise<readonly (readonly string[])[]> {
  const table = new OrderTable([7, 8], 15);
  const processes = [];
  for (let n = 0; n < (redis === undefined ? 1 : 2); n++) {
    processes.push(await start({ imports: [AppModule.process(table, redis)] }));
  }
  const chapters: string[][] = [];
  await tellStory(processes, table, (line) => {
    if (line.startsWith('  '))
      chapters.at(-1)?.push(
        line
          .trim()
          .split(/\s{2,}/)
          .join(' | '),
      );
    else chapters.push([]);
  });
  return chapters;
}

describe.each<[string, () => Promise<string | undefined>]>([
  ['in process', async () => undefined],
  ['in two processes on a Redis', sharedRedis],
])('the sample of tags, %s', (_, redis) => {
  it('reads anew what an invalidation has ended, and nothing else', async () => {
    const chapters = await told(await redis());
    const page2 = 'tenant 7, page 2 | 5 orders, of 650.00';
    const tenant8 = 'tenant 8, page 1 | 10 orders, of 550.00';
    const of = (...looks: readonly string[]): readonly string[] => looks;
    expect(chapters).toEqual([
      of(
        'tenant 7, page 1 | 10 orders, of 550.00 | from the table',
        `${page2} | from the table`,
        'tenant 7, turnover | 1200.00 | from the table',
        'order 7-3 | 30.00 | from the table',
        `${tenant8} | from the table`,
      ),
      of(
        'tenant 7, page 1 | 10 orders, of 550.00 | cached',
        `${page2} | cached`,
        'tenant 7, turnover | 1200.00 | cached',
        'order 7-3 | 30.00 | cached',
        `${tenant8} | cached`,
      ),
      of(
        'tenant 7, page 1 | 10 orders, of 570.00 | from the table',
        `${page2} | cached`,
        'tenant 7, turnover | 1220.00 | from the table',
        'order 7-3 | 50.00 | from the table',
        `${tenant8} | cached`,
      ),
      of(
        'tenant 7, page 1 | 10 orders, of 570.00 | from the table',
        'tenant 7, page 2 | 6 orders, of 749.00 | from the table',
        'tenant 7, turnover | 1319.00 | from the table',
        'order 7-3 | 50.00 | cached',
        `${tenant8} | cached`,
      ),
      of('tenant 7, page 2 | 8 orders, of 752.00 | from the table'),
      of(
        'tenant 7, page 1 | 10 orders, of 570.00 | from the table',
        'tenant 7, page 2 | 8 orders, of 752.00 | from the table',
        'tenant 7, turnover | 1322.00 | from the table',
        'order 7-3 | 50.00 | from the table',
        `${tenant8} | from the table`,
      ),
    ]);
  });
});
