import { CasClearError } from '../../write-errors.js';
import type { Master, Masters } from '../connection/master.js';

export interface Scan {
  /** A glob that matches every key looked for, and perhaps others. */
  readonly pattern: string;
  readonly wanted: (name: string) => boolean;
  /** Told every key looked for, page by page, some of them twice. */
  readonly visit: (names: readonly string[]) => Promise<void>;
}

const PAGE = 1_000;
const MAX_PASSES = 10;

/**
 * Visits every key that is there from beginning to end, on every master.
 *
 * A slot that moves from a master not yet scanned to one already scanned takes its keys past the scan. So a pass counts
 * only if the slots were where they are before and after it. While slots are being moved, two such passes are needed:
 * a key moves at most once under one layout, so one of the two finds it, before or after.
 *
 * @throws CasClearError when a master fails, or the layout does not come to rest
 */
export async function scanMasters(connection: Masters, scan: Scan): Promise<void> {
  try {
    let previous: string | undefined;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const masters = await connection.masters();
      const before = await layout(connection, masters);
      for (const master of masters) await scanOne(master, scan);
      const after = await layout(connection, await connection.masters());
      if (before === after && (!isMoving(after) || previous === after)) return;
      previous = before === after ? after : undefined;
    }
  } catch (cause) {
    const message = 'Redis failed while keys were being cleared: some may be left. Clear again once it answers.';
    throw new CasClearError(message, { cause });
  }
  throw new CasClearError('The slots of the Cluster kept moving while keys were being cleared: clear again later.');
}

async function scanOne(master: Master, { pattern, wanted, visit }: Scan): Promise<void> {
  let cursor = '0';
  do {
    const [next, names] = await master.scan(cursor, 'MATCH', pattern, 'COUNT', PAGE);
    const found = names.filter(wanted);
    if (found.length > 0) await visit(found);
    cursor = next;
  } while (cursor !== '0');
}

/** Which master has which slots, by what each says of itself: `…,myself,… 0-5460 [93-<-nodeId]`. */
async function layout(connection: Masters, masters: readonly Master[]): Promise<string> {
  if (!connection.isCluster) return '';
  const nodes = await Promise.all(masters.map((master) => master.cluster('NODES')));
  return nodes
    .map((text) => ownLine(String(text)))
    .toSorted()
    .join('\n');
}

function ownLine(nodes: string): string {
  const fields =
    nodes
      .split('\n')
      .find((line) => line.includes('myself'))
      ?.split(' ') ?? [];
  const [id, , flags] = fields;
  return [id, flags, ...fields.slice(8)].join(' ');
}

function isMoving(slots: string): boolean {
  return slots.includes('[');
}
