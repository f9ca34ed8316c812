/**
 * What the fill of a loaded value says to a store that may wait for a lost connection: its caller has the value, and
 * need not wait too.
 */
export interface FillPatience {
  /** The fill is given up so many milliseconds after it was asked for. */
  readonly ms: number;
  /** To be called when the fill is held back: from then on no caller waits for it. More than once does no harm. */
  heldBack(): void;
}
