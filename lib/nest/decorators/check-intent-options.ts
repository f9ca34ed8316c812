import { parseTtl } from '../../common/ttl.js';
import type { WriteIntentOptions } from '../../core/writing/write-intents.js';
import { CasConfigError } from '../../errors.js';
import type { CasInvalidateOptions } from './cas-invalidate.options.js';

const OPTIONS: Readonly<Record<keyof WriteIntentOptions, true>> = { lease: true, onUnavailable: true };

/** @throws CasConfigError, CasTtlError: what cannot be meant, and what to change */
export function checkIntentOptions(label: string, { intent, key, keys, of }: CasInvalidateOptions): void {
  const refuse = (why: string): never => {
    throw new CasConfigError(`@CasInvalidate on ${label}: ${why}`);
  };
  if (intent === undefined || intent === false) return;
  if (key === undefined && keys === undefined && of === undefined) {
    refuse('intent closes keys before the method runs, and keysFrom knows them only after it; give key, keys or of.');
  }
  if (intent === true) return;
  if (typeof intent !== 'object' || intent === null) {
    refuse('intent is true, false, or the options { lease, onUnavailable }.');
  }
  const unknown = Object.keys(intent).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined)
    refuse(`intent has no option "${unknown.slice(0, 40)}": there are lease and onUnavailable.`);
  const { lease, onUnavailable = 'throw' } = intent;
  if (lease !== undefined) parseTtl(lease, `lease of the write intent of ${label}`);
  if (onUnavailable !== 'throw' && onUnavailable !== 'proceed') {
    refuse("onUnavailable of intent is 'throw' or 'proceed'.");
  }
}
