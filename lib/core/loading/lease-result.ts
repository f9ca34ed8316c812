import type { Hit } from '../stores/hits.js';
import type { ReadResult } from '../stores/backend.js';
import { Miss } from '../stores/miss.js';

/** A key that is for this process to load. */
export interface HeldLease {
  /** Call it when the fill has ended, whatever became of it. Does not fail, and the load does not wait for it. */
  release(): void;
}

/** A hit that makes the load needless, or that it is time to load. */
export type LeaseResult<V> =
  | { readonly found: V | Hit<V> }
  | {
      /** Undefined where it could not be had in time: load all the same. */
      readonly lease: HeldLease | undefined;
      /**
       * The last read, whose generation is the one to fill under: so a fill is refused when the key was invalidated
       * while it was waited for. Undefined when there was none.
       */
      readonly last: ReadResult<V> | undefined;
    };

/** Whether a value that is loaded after this read may be stored, so that others can wait for it. */
export function mayBeFilled<V>(found: ReadResult<V>): boolean {
  return !(found instanceof Miss) || (found.observed !== 0 && found.reason !== 'open');
}
