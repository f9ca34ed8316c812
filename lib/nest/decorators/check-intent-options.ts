import { WRITE_INTENT } from '../../core/writing/write-intent-options.js';
import { CasConfigError } from '../../errors.js';
import type { CasInvalidateOptions } from './cas-invalidate.options.js';
import { checkDecoratorOptions } from './read-options.js';

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
  checkDecoratorOptions(`@CasInvalidate on ${label}: intent`, `the intent of ${label}`, intent, WRITE_INTENT);
}
