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
