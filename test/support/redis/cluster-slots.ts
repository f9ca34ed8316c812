import { Redis } from 'ioredis';

interface Node {
  readonly host: string;
  readonly port: number;
}

export interface SlotMove {
  readonly slot: number;
  readonly from: Node;
  readonly to: Node;
}

/** Which of the nodes has the slot. */
export async function ownerOf(nodes: readonly Node[], slot: number): Promise<Node> {
  const ranges = await ask(nodes[0] as Node, (node) => node.cluster('SLOTS'));
  const [, , owner] = ranges.find(([first, last]) => first <= slot && slot <= last) ?? [];
  return nodes.find((node) => node.port === owner?.[1]) as Node;
}

export async function slotOf(nodes: readonly Node[], key: string): Promise<number> {
  return (await ask(nodes[0] as Node, (node) => node.cluster('KEYSLOT', key))) as number;
}

/** Opens the move of a slot: from now on both masters take part in it. */
export async function beginMove({ slot, from, to }: SlotMove): Promise<void> {
  const [fromId, toId] = [await idOf(from), await idOf(to)];
  await ask(to, (node) => node.call('cluster', 'SETSLOT', slot, 'IMPORTING', fromId));
  await ask(from, (node) => node.call('cluster', 'SETSLOT', slot, 'MIGRATING', toId));
}

/** Moves the keys of the slot; all of them by default. */
export async function moveKeys({ slot, from, to }: SlotMove, only?: readonly string[]): Promise<void> {
  await ask(from, async (node) => {
    const keys = only ?? ((await node.cluster('GETKEYSINSLOT', slot, 1_000)) as string[]);
    if (keys.length > 0) await node.call('migrate', to.host, to.port, '', 0, 5_000, 'KEYS', ...keys);
  });
}

/** Ends the move: the slot is the other master's. */
export async function endMove({ slot, from, to }: SlotMove): Promise<void> {
  const toId = await idOf(to);
  for (const node of [to, from]) await ask(node, (client) => client.call('cluster', 'SETSLOT', slot, 'NODE', toId));
}

function idOf(node: Node): Promise<string> {
  return ask(node, (client) => client.call('cluster', 'MYID') as Promise<string>);
}

async function ask<T>(node: Node, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ ...node });
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}
