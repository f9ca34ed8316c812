import type { ServerIdentity } from '../vetting/server-info.js';

/** Names a server and the history that it writes: what a registry is good for. */
export function identityText({ runId, replId }: Pick<ServerIdentity, 'runId' | 'replId'>): string {
  return `${runId}:${replId}`;
}
