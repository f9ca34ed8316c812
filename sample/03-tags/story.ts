import type { INestApplicationContext } from '@nestjs/common';
import { getCasCacheToken } from 'nestjs-cascache';
import type { CasCacheService } from 'nestjs-cascache';
import type { Order, OrderTable } from './order-table.js';
import { Orders } from './orders.js';

/** Tells what readers of tenant 7 and of tenant 8 see, and how often the table was asked for it. */
export async function tellStory(
  processes: readonly INestApplicationContext[],
  table: OrderTable,
  print: (line: string) => void,
): Promise<void> {
  const [a, b] = [processes[0], processes.at(-1)] as [INestApplicationContext, INestApplicationContext];
  const [readers, writers] = [a.get(Orders), b.get(Orders)];
  const cache = a.get<CasCacheService>(getCasCacheToken('orders'));

  const look = async (what: string, read: () => Promise<string>): Promise<void> => {
    const before = table.queries;
    const seen = await read();
    print(`  ${what.padEnd(28)} ${seen.padEnd(34)} ${table.queries === before ? 'cached' : 'from the table'}`);
  };
  const show = async (): Promise<void> => {
    for (const number of [1, 2]) {
      await look(`tenant 7, page ${number}`, async () => describePage(await readers.page(7, number)));
    }
    await look('tenant 7, turnover', async () => describeSum(await readers.turnover(7)));
    await look('order 7-3', async () => describeSum((await readers.find('7-3'))?.sum ?? 0));
    await look('tenant 8, page 1', async () => describePage(await readers.page(8, 1)));
  };

  await cache.clear(); // a Redis remembers what other runs left
  print('Cold: everything comes from the table.');
  await show();

  print('\nWarm: nothing does.');
  await show();

  print('\nOrder 7-3 changes: the order, the page that shows it, and the turnover are read anew. Page 2 stays.');
  await writers.change({ id: '7-3', tenant: 7, sum: 5_000 });
  await show();

  print(
    '\nTenant 7 places an order: all orders of tenant 7 are listed anew, in one invalidation. Tenant 8 notices nothing.',
  );
  await writers.place(7, 9_900);
  await show();

  print('\nA page is being read while an order is placed: what it was read as before is not kept.');
  await readRacing(readers, writers, table);
  await look('tenant 7, page 2', async () => describePage(await readers.page(7, 2)));

  print('\nA clear ends all of it, whatever its tags.');
  await cache.clear();
  await show();
}

/** The page is read from the table, then the order is placed, then the page reaches the cache. */
async function readRacing(readers: Orders, writers: Orders, table: OrderTable): Promise<void> {
  await writers.place(7, 100);
  const page = table.page.bind(table);
  let placed: Promise<unknown> = Promise.resolve();
  table.page = async (...asked) => {
    table.page = page;
    const old = await page(...asked);
    placed = writers.place(7, 200);
    await placed;
    return old;
  };
  await readers.page(7, 2);
  await placed;
}

function describePage(page: readonly Order[]): string {
  return `${page.length} orders, of ${describeSum(page.reduce((total, { sum }) => total + sum, 0))}`;
}

function describeSum(cents: number): string {
  return (cents / 100).toFixed(2);
}
