import type { Cluster, Redis } from 'ioredis';
import { isTryAgain } from './redis-errors.js';

/**
 * Changes how a Cluster client takes two of its nodes' answers.
 *
 * - TRYAGAIN: ioredis would wait and ask a random node, and again, 16 times or until the slot has moved. Here it is the
 *   answer, since whoever asked can take single-key steps at once.
 * - ASK: the ASKING that ioredis sends before the command has nobody who waits for it. If its connection breaks, that would
 *   end the process as an unhandled rejection; the command itself fails with the same error.
 */
export function tameRedirections(cluster: Cluster): void {
  const handleError = cluster.handleError.bind(cluster);
  cluster.handleError = (error, redirections, handlers: { defaults(): void }) => {
    if (isTryAgain(error)) handlers.defaults();
    else handleError(error, redirections, handlers);
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
