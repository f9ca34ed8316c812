import { setTimeout as pause } from 'node:timers/promises';
import { hasTags, NAMESPACES } from '../app/protocol.js';
import type { Contender } from '../app/protocol.js';
import { tagClockKey } from '../../../lib/keys/storage-keys.js';
import { beginMove, endMove, moveKeys, ownerOf, slotOf } from '../../support/redis/cluster-slots.js';
import { fault } from './fault.js';

const SLOTS = 4;

/** What is asked for most, as it is called in Redis. */
function hottest(contender: Contender): string {
  const [topology, kind] = contender.split('+');
  const prefix = `lab:${topology}:`;
  if (hasTags(contender)) return prefix + tagClockKey(NAMESPACES.tags, prefix);
  const namespace = kind === undefined ? NAMESPACES.plain : NAMESPACES.intents;
  return `${prefix}single:${namespace}:${contender}/0`;
}

/**
 * Slots of the hottest rows, and of the clocks of tags, move to another master while they are read and written, key by
 * key.
 */
export const migrate = fault('cluster', 'migrate', async ({ arena, observer, random }) => {
  const { nodes } = arena.cluster;
  const contenders = random.shuffled(observer.ours).slice(0, SLOTS);
  const moved = await Promise.all(
    contenders.map(async (contender) => {
      const slot = await slotOf(nodes, hottest(contender));
      const from = await ownerOf(nodes, slot);
      const to = random.pick(nodes.filter((node) => node !== from));
      const move = { slot, from, to };
      await beginMove(move);
      await pause(random.between(100, 400));
      await moveKeys(move);
      // What is written now goes to the new master, key by key, while the old one is still asked first.
      await pause(random.between(100, 400));
      await moveKeys(move);
      await endMove(move);
      return slot;
    }),
  );
  return { note: `slots ${moved.join(', ')}` };
});
