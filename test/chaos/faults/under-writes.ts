import { OURS } from '../app/protocol.js';
import type { Scene, Writes } from './fault.js';

const TICK_MS = 5;
/** A row that no read of the load asks for. */
const ROWS = 100;

/**
 * Has the replicas write at a steady rate besides, while `work` lasts. Answers what became of all writes of that time.
 */
export async function underWrites(
  { observer, random, tally }: Pick<Scene, 'observer' | 'random' | 'tally'>,
  perSecond: number,
  work: () => Promise<void>,
): Promise<Writes> {
  const replicas = [...observer.replicas.keys()];
  const count = (): Writes => ({
    landed: tally.sum(OURS, 'acknowledged'),
    unannounced: tally.sum(OURS, 'unannounced'),
    refused: tally.sum(OURS, 'refused'),
  });
  const before = count();
  let due = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    due += ((now - last) * perSecond) / 1_000;
    last = now;
    for (; due >= 1; due--) {
      const contender = random.pick(observer.ours);
      observer.write(random.pick(replicas), contender, `${contender}/w${random.between(0, ROWS)}`);
    }
  }, TICK_MS);
  await work();
  clearInterval(timer);
  await observer.writesEnded();
  const after = count();
  return {
    landed: after.landed - before.landed,
    unannounced: after.unannounced - before.unannounced,
    refused: after.refused - before.refused,
  };
}
