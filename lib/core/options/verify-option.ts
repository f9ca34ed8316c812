import { callable, duration, share } from '../../common/options/kinds.js';
import { Options } from '../../common/options/option.js';
import type { Option, OptionTable, ResolvedOptions } from '../../common/options/option.js';
import type { Ttl } from '../../common/ttl.js';
import type { Mismatch } from '../../contracts/hooks.js';
import { CasConfigError } from '../../errors.js';

/** Which hits are compared with their source, and what happens when one is found that is out of date. */
export interface VerifyOptions {
  /** The share, 0 to 1, of the hits that have a loader. Default 0.001. */
  readonly sample?: number | undefined;
  /**
   * How long a difference has to last, in the very same entry, before it counts: longer than writers take from their
   * commit to their invalidation. Default `'1s'`.
   */
  readonly delay?: Ttl | undefined;
  /** Called with each, besides the event `mismatch`. What it throws harms nothing. */
  readonly onMismatch?: ((mismatch: Mismatch) => unknown) | undefined;
}

const VERIFY = new Options({
  sample: share(0.001, 0),
  delay: duration('1s'),
  onMismatch: callable<NonNullable<VerifyOptions['onMismatch']>>(),
} satisfies OptionTable<VerifyOptions>);

export type ResolvedVerify = ResolvedOptions<typeof VERIFY.table>;

/** Of options that were checked. */
export function resolveVerify(given: VerifyOptions): ResolvedVerify {
  return VERIFY.resolve(given, { name: (option) => option });
}

/** Absent: nothing is compared. Kept as it was given, so that a namespace that is defined twice by it is one. */
export const verifyOption: Option<VerifyOptions, VerifyOptions | undefined, ''> = {
  unit: '',
  otherwise: undefined,
  check: (given: VerifyOptions, name, context) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new CasConfigError(`${name} is an object, such as { sample: 0.001 }.`, context);
    }
    for (const key of Object.keys(given)) {
      if (Object.hasOwn(VERIFY.table, key)) continue;
      throw new CasConfigError(`${name} has no "${key}": it has ${Object.keys(VERIFY.table).join(', ')}.`, context);
    }
    VERIFY.resolve(given, { name: (option) => `${option} in ${name}`, ...(context && { context }) });
    return given;
  },
};
