import { CasUnavailableError } from '../../errors.js';
import type { Commands } from '../scripts/script-runner.js';
import { info } from '../scripts/server-commands.js';

/** Which server this is. Both change whenever its data may have become other than they were. */
export interface ServerIdentity {
  /** The id of the process: another one after each start. */
  readonly runId: string;
  /**
   * The id of the history that it writes: another one after each promotion, for which the process need not have ended.
   */
  readonly replId: string;
  /** Milliseconds for which both have been so at least. */
  readonly ageMs: number;
}

/** The server takes no writes: it was demoted, or was never a master. */
export class NotAMasterError extends CasUnavailableError {}

/**
 * @throws NotAMasterError
 * @throws CasUnavailableError for a server that does not say its ids
 */
export async function identityOf(commands: Commands): Promise<ServerIdentity> {
  const [server, replication] = await Promise.all([info(commands, 'server'), info(commands, 'replication')]);
  const [runId, replId] = [field(server, 'run_id'), field(replication, 'master_replid')];
  if (runId === undefined || replId === undefined) {
    throw new CasUnavailableError(
      "this server does not tell its run_id and master_replid in INFO, by which a restart or a promotion is noticed: allow INFO to its user, or set onFailover: 'trust'",
    );
  }
  if (field(replication, 'role') !== 'master') throw new NotAMasterError('this server is a replica now');
  return { runId, replId, ageMs: ageOf(server, replication) };
}

/** When a server that was once promoted became a master is not known: it may have been just now. */
function ageOf(server: string, replication: string): number {
  const neverPromoted = /^0+$/.test(field(replication, 'master_replid2') ?? '');
  return neverPromoted ? Number(field(server, 'uptime_in_seconds') ?? 0) * 1_000 : 0;
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1];
}
