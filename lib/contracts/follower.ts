/**
 * What a store may carry out behind the bumps of a call, in one write with them, so that it costs no trip of its own.
 * Its maker alone knows what it is, and learns from it whether it was carried out behind bumps that all went well: a
 * store that does not look at it makes no mistake.
 */
export interface Follower {
  /** The connection that it is made for. */
  readonly carrier: unknown;
}
