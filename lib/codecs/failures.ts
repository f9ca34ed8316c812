import { CasDecodeError, CasEncodeError } from '../errors.js';

/** A reason found by our own code. Its text describes a place or a shape, never a value, so it may be shown. */
export class CodecProblem extends Error {
  override readonly name = 'CodecProblem';
}

/** @param advice what to change, as a sentence */
export function encodeFailure(codec: string, cause: unknown, advice: string): CasEncodeError {
  return new CasEncodeError(`${codec} cannot encode the value: ${reason(cause)}. ${advice}`, { cause });
}

export function decodeFailure(codec: string, cause: unknown): CasDecodeError {
  return new CasDecodeError(
    `${codec} cannot decode the bytes: ${reason(cause)}. They are damaged, or another codec wrote them: ` +
      'give the namespace one codec, and clear it when you change that.',
    { cause },
  );
}

/** The text of a foreign error may quote the value, so only its kind is told; the error itself is the cause. */
function reason(cause: unknown): string {
  if (cause instanceof CodecProblem) return cause.message;
  if (cause instanceof RangeError) return 'it is too large, or nested too deeply (see the cause)';
  return 'see the cause';
}

const IDENTIFIER = /^[A-Za-z_$][\w$]{0,39}$/;

/**
 * Where in a value something is, for a message: `$.orders[3].total`. A property whose name is no identifier may well be
 * data (an e-mail address as a key), and is not shown.
 */
export function describePath(steps: readonly (string | number)[]): string {
  let path = '$';
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`;
    else path += IDENTIFIER.test(step) ? `.${step}` : '[…]';
  }
  return path;
}

/** The same for a property alone. */
export function describeName(name: string): string {
  if (/^\d{1,10}$/.test(name)) return `element ${name}`;
  return IDENTIFIER.test(name) ? `property ${name}` : 'a property';
}
