import { setTimeout as pause } from 'node:timers/promises';
import type { Catalogue, Product } from './catalogue.js';
import { describePage } from './replica.js';
import type { Replica } from './replica.js';

const LISTING = Array.from({ length: 20 }, (_, n) => `p${n + 1}`);

/** Visitors take their time; what the cache does after its answer is done by then. */
const MOMENT_MS = 25;
const PAST_FRESH_MS = 2_100;

export async function tellStory(replicas: readonly Replica[], catalogue: Catalogue): Promise<void> {
  const [a, b] = replicas as [Replica, Replica | undefined];
  const visits = async (...steps: (readonly [Replica | undefined, string])[]): Promise<void> => {
    for (const [replica, id] of steps) {
      await replica?.viewPage(id);
      await pause(MOMENT_MS);
    }
  };

  tell('A cold page: 50 visitors at once share one load.');
  await a.view(() => together(50, () => a.pages.page('lamp')), describeMany);
  await pause(MOMENT_MS);

  tell('A warm page.');
  await visits([a, 'lamp']);

  if (b !== undefined) {
    tell('The other replica has never seen it: Redis has, and from then on its own process.');
    await visits([b, 'lamp'], [b, 'lamp']);
  }

  tell('The price changes: invalidated once, for all replicas.');
  await a.pages.reprice('lamp', 3_900);
  await visits([b, 'lamp'], [a, 'lamp'], [a, 'lamp']);

  tell('A product that does not exist, asked for twice: "no" is an answer too.');
  await visits([a, 'unicorn'], [a, 'unicorn']);

  tell('A listing of 20 products: one query. One page is opened first, which the query then need not ask for.');
  await visits([a, 'p7']);
  for (const replica of [a, a, b]) {
    await replica?.view(() => replica.pages.listing(LISTING), describeListing);
    await pause(MOMENT_MS);
  }

  tell('A draft: its loader says ctx.skip(), and it is never cached.');
  await visits([a, 'sofa'], [a, 'sofa']);

  tell('An offer: its loader sets ctx.ttl to when it ends.');
  const ends = catalogue.offer('vase', 1_900, 700);
  await visits([a, 'vase'], [a, 'vase']);
  await pause(ends + 150 - Date.now());
  await visits([a, 'vase']);

  tell('A page past its soft ttl of 2 s. The warehouse has sold 5 pieces since, and told nobody: 10 visitors at once');
  console.log('are served what is there, and one query behind them sees to those who come next.');
  await visits([a, 'chair']);
  catalogue.takeFromStock('chair', 5);
  await pause(PAST_FRESH_MS);
  const refreshed = a.fills.next();
  await a.view(() => together(10, () => a.pages.page('chair')), describeMany);
  await refreshed;
  await visits([a, 'chair']);
}

function tell(line: string): void {
  console.log(`\n${line}`);
}

function together<T>(visitors: number, visit: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: visitors }, visit));
}

function describeMany(pages: readonly (Product | null)[]): string {
  const different = new Set(pages.map(describePage));
  return `${pages.length} times ${[...different].join(' or ')}`;
}

function describeListing(products: readonly Product[]): string {
  return `${products.length} products, from ${products.at(0)?.id} to ${products.at(-1)?.id}`;
}
