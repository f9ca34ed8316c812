import { duration, oneOf } from '../../common/options/kinds.js';
import { Options } from '../../common/options/option.js';
import type { OptionTable } from '../../common/options/option.js';
import type { Ttl } from '../../common/ttl.js';

export interface WriteIntentOptions {
  /** How long the keys stay closed should this process die. Renewed while the write runs. Default: `intentLease`. */
  readonly lease?: Ttl | undefined;
  /**
   * What happens when a key cannot be closed. `'throw'` (default): the write is not begun. `'proceed'`: it runs without
   * the protection that the intent gives until its end, and the keys are invalidated after it.
   */
  readonly onUnavailable?: 'throw' | 'proceed' | undefined;
}

export const WRITE_INTENT = new Options({
  lease: duration(undefined),
  onUnavailable: oneOf(['throw', 'proceed'], 'throw'),
} satisfies OptionTable<WriteIntentOptions>);
