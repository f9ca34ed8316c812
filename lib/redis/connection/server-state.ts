import type { Session } from './session.js';

/** What a connection knows of one server. Nothing in it is secret, but `where` names the server. */
export interface RedisServerState {
  /** The server, without credentials. */
  readonly where: string;
  /**
   * `'trusted'`: it is used. `'vetting'`: it is the master and may have lost invalidations; its generations are being
   * removed, and reads go past it meanwhile. `'refused'`: it cannot be vetted, for `reason`. `'unreachable'`: there is
   * no connection.
   */
  readonly state: 'trusted' | 'vetting' | 'refused' | 'unreachable';
  /**
   * How far the vetting is: keys of the database looked at, those of other programs too, and for how many milliseconds.
   */
  readonly vetting?: { readonly keysSeen: number; readonly sinceMs: number } | undefined;
  readonly reason?: string | undefined;
}

/** @param nowMs monotonic */
export function stateOf(where: string, session: Session | undefined, nowMs: number): RedisServerState {
  if (session === undefined) return { where, state: 'unreachable' };
  if (session.vetted !== undefined) return { where, state: 'trusted' };
  const { fault, progress } = session;
  if (fault !== undefined) return { where, state: 'refused', reason: fault.message };
  const vetting = progress && { keysSeen: progress.keysSeen, sinceMs: nowMs - progress.since };
  return { where, state: 'vetting', vetting };
}
