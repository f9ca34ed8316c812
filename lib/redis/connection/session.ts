import type { ScriptDialect } from '../scripts/script-dialect.js';
import { ALL } from '../scripts/all-scripts.js';
import { MARK, PROVE } from '../vetting/vetting-scripts.js';
import type { Timers } from '../../common/timers.js';
import type { VettingProgress } from '../vetting/vetting-progress.js';
import type { Vetted, Vetting } from '../vetting/vetting.js';

/** What the connections to all servers of a `RedisConnection` have in common. */
export interface ServerOptions {
  /** Names it in messages. */
  readonly where: string;
  /** Without it every server is trusted. */
  readonly vetting: Vetting | undefined;
  /** Whether reads have to be followed by a proof that the server is still the master. */
  readonly proving: boolean;
  readonly timers: Timers;
  readonly dialect: ScriptDialect;
  /** An error as it is to be told. */
  readonly explained: (error: Error) => Error;
  /** A connection is there, or its server is trusted now. */
  readonly onReady: () => void;
  /** How long callers wait for an operation, where they said so. */
  readonly deadlineMs: () => number | undefined;
}

/** From one `ready` to the next `close`. What was begun in one never speaks for another. */
export interface Session {
  vetted: Vetted | undefined;
  fault: Error | undefined;
  proof: Promise<void> | undefined;
  /** When it was last known to be the vetted master. */
  provenAt: number;
  progress: VettingProgress | undefined;
}

export type TrustedSession = Session & { readonly vetted: Vetted };

export function isTrusted(session: Session): session is TrustedSession {
  return session.vetted !== undefined;
}

/** What a server is given at once. */
export const SCRIPTS = [...ALL, PROVE, MARK];
export const RETRY_MS = 50;
export const MAX_RETRY_MS = 200;
/**
 * So long a proof speaks for the reads after it, where not each has one of its own: a managed Redis behind one address
 * may swap the roles of its servers under open connections, and nothing else would tell a process that only reads.
 */
export const PROOF_MS = 1_000;
/** From this age of a proof on, a read asks for the next, and does not wait for it. */
export const RENEWAL_MS = 500;
export const NOT_VETTED: Vetted = { runId: '', replId: '', since: '', changedAt: Number.NEGATIVE_INFINITY };
