import type { Redis } from 'ioredis';

/** Resolves when the node is connected or has failed to. */
export function connected(node: Redis): Promise<void> {
  if (node.status === 'wait') return node.connect().catch(() => undefined);
  if (node.status === 'ready' || node.status === 'end') return Promise.resolve();
  return new Promise((resolve) => {
    node.once('ready', resolve);
    node.once('end', resolve);
  });
}
