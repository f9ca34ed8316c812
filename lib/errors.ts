/** What went wrong, as a stable text to switch on. */
export type CasErrorCode =
  | 'CAS_CONFIG'
  | 'CAS_MISSING_PEER'
  | 'CAS_KEY'
  | 'CAS_TAG'
  | 'CAS_TTL'
  | 'CAS_VALUE'
  | 'CAS_GENERATION'
  | 'CAS_MISSING_GENERATION'
  | 'CAS_DUPLICATE_KEY'
  | 'CAS_MALFORMED_GENERATION'
  | 'CAS_CORRUPT_FRAME'
  | 'CAS_UNKNOWN_FRAME'
  | 'CAS_ENCODE'
  | 'CAS_DECODE'
  | 'CAS_TIMEOUT'
  | 'CAS_LOAD_TIMEOUT'
  | 'CAS_TOO_MANY_LOADS'
  | 'CAS_UNAVAILABLE'
  | 'CAS_INVALIDATE'
  | 'CAS_UNLANDED'
  | 'CAS_INTENT_UNAVAILABLE'
  | 'CAS_INTENT_LOST'
  | 'CAS_COMMIT_UNKNOWN'
  | 'CAS_ROLLED_BACK'
  | 'CAS_CLEAR'
  | 'CAS_ERASE'
  | 'CAS_CLOSE'
  | 'CAS_CLOSED';

/** Where it went wrong, and why. `cause` is the error that led to this one. */
export interface CasErrorContext {
  readonly namespace?: string | undefined;
  readonly key?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The base of every error that this package throws.
 *
 * `message` says what to change and never contains a whole key or value; `key` holds the key for code that needs it.
 */
export abstract class CasCacheError extends Error {
  abstract readonly code: CasErrorCode;
  readonly namespace: string | undefined;
  readonly key: string | undefined;

  constructor(message: string, context: CasErrorContext = {}) {
    super(message, 'cause' in context ? { cause: context.cause } : undefined);
    this.name = new.target.name;
    this.namespace = context.namespace;
    this.key = context.key;
  }
}

/** An option, or a combination of options, that cannot work. Thrown at start-up. */
export class CasConfigError extends CasCacheError {
  override readonly code = 'CAS_CONFIG';
}

/** A part was asked for whose optional package is not installed. Thrown at start-up. */
export class CasMissingPeerError extends CasCacheError {
  override readonly code = 'CAS_MISSING_PEER';

  constructor(
    readonly peer: string,
    message: string,
    context?: CasErrorContext,
  ) {
    super(message, context);
  }
}

/** A key or a namespace outside its limits, or a value that no key can be built from. */
export class CasKeyError extends CasCacheError {
  override readonly code = 'CAS_KEY';
}

/** A tag outside its limits, or too many of them for one value. */
export class CasTagError extends CasCacheError {
  override readonly code = 'CAS_TAG';
}

/** A ttl or timeout that is not a positive duration. */
export class CasTtlError extends CasCacheError {
  override readonly code = 'CAS_TTL';
}

/** A value that cannot be cached: `undefined`, or one that the isolation in force refuses. */
export class CasValueError extends CasCacheError {
  override readonly code = 'CAS_VALUE';
}

/**
 * A value that is not cached because a hit would not be what the miss was: a function or an accessor in it, a stream,
 * private state, a class that the codec loses. The message names where it is and what to do.
 */
export class CasUncacheableError extends CasValueError {
  /** Where in the value: `the value`, `.orders[1].total`. */
  readonly path: string;
  /** @internal Names the kind of refusal. */
  readonly topic: string;

  constructor(
    refusal: { readonly path: string; readonly topic: string; readonly message: string },
    context?: CasErrorContext,
  ) {
    super(`The value cannot be cached: ${refusal.message}`, context);
    this.path = refusal.path;
    this.topic = refusal.topic;
  }
}

/** An observed generation that no store can have issued: NaN, negative, a fraction, above 2^53-2. */
export class CasGenerationError extends CasCacheError {
  override readonly code = 'CAS_GENERATION';
}

/** A bulk fill without an observed generation for some of its keys. Nothing was written. */
export class CasMissingGenerationError extends CasCacheError {
  override readonly code = 'CAS_MISSING_GENERATION';

  constructor(
    readonly keys: readonly string[],
    message: string,
    context?: CasErrorContext,
  ) {
    super(message, context);
  }
}

/** A bulk fill that names a key twice. Nothing was written. */
export class CasDuplicateKeyError extends CasCacheError {
  override readonly code = 'CAS_DUPLICATE_KEY';

  constructor(
    readonly keys: readonly string[],
    message: string,
    context?: CasErrorContext,
  ) {
    super(message, context);
  }
}

/** A generation cell that holds something which no version of this package writes. Reads treat it as absent. */
export class CasMalformedGenerationError extends CasCacheError {
  override readonly code = 'CAS_MALFORMED_GENERATION';
}

/** Bytes that are not a frame of wire format v1. */
export class CasCorruptFrameError extends CasCacheError {
  override readonly code: 'CAS_CORRUPT_FRAME' | 'CAS_UNKNOWN_FRAME' = 'CAS_CORRUPT_FRAME';
}

/** A frame of a kind, or of a version of the wire format, that this build does not know: a newer build wrote it. */
export class CasUnknownFrameError extends CasCorruptFrameError {
  override readonly code = 'CAS_UNKNOWN_FRAME';
}

/** A value that the codec could not turn into bytes. Nothing was written. */
export class CasEncodeError extends CasCacheError {
  override readonly code = 'CAS_ENCODE';
}

/** Bytes that the codec could not turn into a value. On a read: the entry is deleted and the read misses. */
export class CasDecodeError extends CasCacheError {
  override readonly code = 'CAS_DECODE';
}

/** A store did not answer within the deadline. */
export class CasTimeoutError extends CasCacheError {
  override readonly code = 'CAS_TIMEOUT';
}

/** A loader took longer than the `loadTimeout` of the call or the namespace. */
export class CasLoadTimeoutError extends CasCacheError {
  override readonly code = 'CAS_LOAD_TIMEOUT';
}

/** A load was not begun within its `loadTimeout`: as many as the `maxLoads` of the namespace allows were running. */
export class CasTooManyLoadsError extends CasCacheError {
  override readonly code = 'CAS_TOO_MANY_LOADS';
}

/** A store cannot be reached now. */
export class CasUnavailableError extends CasCacheError {
  override readonly code = 'CAS_UNAVAILABLE';
}
