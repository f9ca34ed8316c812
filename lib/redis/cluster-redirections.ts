import type { Cluster, Redis } from 'ioredis';
import { connected } from './node-connected.js';
import { isTryAgain } from './redis-errors.js';

/**
 * Changes how a Cluster client takes what nodes answer instead of carrying a command out.
 *
 * - TRYAGAIN: ioredis would wait and ask a random node, and again, 16 times or until the slot has moved. Here it is the
 *   answer, since whoever asked can take single-key steps at once.
 * - MOVED, ASK: the first command that is sent to a node which nobody knew waits for its connection, but ioredis refuses
 *   those that come while it is being made. Here they wait too.
 * - ASK: the ASKING that ioredis sends before the command has nobody who waits for it. If its connection breaks, that would
 *   end the process as an unhandled rejection; the command itself fails with the same error.
 */
export function tameRedirections(cluster: Cluster): void {
  const handleError = cluster.handleError.bind(cluster);
  cluster.handleError = (error, redirections, handlers: { defaults(): void }) => {
    const node = target(cluster, error);
    if (isTryAgain(error)) handlers.defaults();
    else if (node === undefined || isSettled(node)) handleError(error, redirections, handlers);
    else void whenConnected(node, () => handleError(error, redirections, handlers));
  };
  cluster.on('+node', (node: Redis) => {
    const asking = node.asking.bind(node);
    node.asking = () => {
      const answer = asking();
      answer.catch(() => undefined);
      return answer;
    };
  });
}

async function whenConnected(node: Redis, follow: () => void): Promise<void> {
  await connected(node);
  follow();
}

/** The node that a redirection leads to, if it is known. */
function target(cluster: Cluster, { message }: Error): Redis | undefined {
  const [kind, , address = ''] = message.split(' ');
  if (kind !== 'MOVED' && kind !== 'ASK') return undefined;
  const { natMap } = cluster.options;
  const mapped = typeof natMap === 'function' ? natMap(address) : natMap?.[address];
  const key = mapped ? `${mapped.host}:${mapped.port}` : address;
  return cluster.nodes().find(({ options }) => `${options.host}:${options.port}` === key);
}

/** Whether ioredis sends commands to the node now, or replaces it. */
function isSettled({ status }: Redis): boolean {
  return status === 'wait' || status === 'ready' || status === 'end';
}
