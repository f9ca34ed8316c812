import { CasUnavailableError } from '../../errors.js';
import type { Commands } from '../scripts/script-runner.js';
import { clusterNodes } from '../scripts/server-commands.js';
import { hashTag } from '../../keys/hash-tag.js';
import { SLOTS, keySlot } from '../cells/key-slot.js';

/** Far more than it takes to hit one slot in particular. */
const MAX_TRIES = 40 * SLOTS;

/** Says that generations, and what is kept of tags, are from after anything was lost. */
export const MARKER = 'cas:vetted-2';
/** The same of builds that know nothing of tags, and so of generations alone. */
export const OLDER_MARKER = 'cas:vetted';

/**
 * What the marker of a master is called. In a Cluster its name needs a slot that this master has, and all processes
 * have to find the same one: it is the first of a series of names.
 *
 * When slots move, another name may be the first, or a marker may be taken to another master. Neither can make a master
 * trusted wrongly, since the marker says which one it speaks of; it is missed at worst, until the next is written.
 *
 * @returns undefined when no key of ours can be on this master
 */
export async function markerName(
  commands: Commands,
  prefix: string,
  isCluster: boolean,
  marker = MARKER,
): Promise<string | undefined> {
  const name = prefix + marker;
  if (!isCluster) return name;
  const slots = ownSlots(await clusterNodes(commands));
  // The prefix decides the slot of every key.
  if (hashTag(prefix) !== undefined) return slots.has(keySlot(name)) ? name : undefined;
  for (let n = 0; n < MAX_TRIES && slots.size > 0; n++) {
    const tagged = `${name}:{${n}}`;
    if (slots.has(keySlot(tagged))) return tagged;
  }
  return undefined;
}

/** The slots that a master says it has: `…,myself,… 0-5460 6000 [93-<-nodeId]`. */
function ownSlots(nodes: string): ReadonlySet<number> {
  const line = nodes.split('\n').find((candidate) => candidate.includes('myself'));
  if (line === undefined) throw new CasUnavailableError('this node of the Cluster does not know itself yet');
  const slots = new Set<number>();
  for (const [, first, last] of line
    .split(' ')
    .slice(8)
    .join(' ')
    .matchAll(/(?<!\S)(\d+)(?:-(\d+))?(?!\S)/g)) {
    for (let slot = Number(first); slot <= Number(last ?? first); slot++) slots.add(slot);
  }
  return slots;
}
