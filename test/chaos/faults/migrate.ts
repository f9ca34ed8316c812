import { setTimeout as pause } from 'node:timers/promises';
import { OURS } from '../app/protocol.js';
import { beginMove, endMove, moveKeys, ownerOf, slotOf } from '../../support/redis/cluster-slots.js';
import { fault } from './fault.js';

const SLOTS = 4;

/** Slots of the hottest rows move to another master while they are read and written, key by key. */
export const migrate = fault('cluster', 'migrate', async ({ arena, random }) => {
  const { nodes } = arena.cluster;
  const contenders = random.shuffled(OURS).slice(0, SLOTS);
  const moved = await Promise.all(
    contenders.map(async (contender) => {
      const [topology, intents] = contender.split('+');
      const namespace = intents === undefined ? 'row' : 'guarded';
      const slot = await slotOf(nodes, `lab:${topology}:single:${namespace}:${contender}/0`);
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
