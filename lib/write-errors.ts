import { CasCacheError } from './errors.js';
import type { CasErrorContext } from './errors.js';

/**
 * Some keys or tags could not be invalidated: their old values may still be served. `failures` has the cause for each
 * of the keys, `failedTags` for each of the tags; every other one of the call was invalidated. `result` is what the
 * decorated method returned, where there was one.
 */
export class CasInvalidateError extends CasCacheError {
  override readonly code = 'CAS_INVALIDATE';
  readonly failures: ReadonlyMap<string, unknown>;
  readonly failedTags: ReadonlyMap<string, unknown>;
  readonly result: unknown;

  constructor(
    failures: ReadonlyMap<string, unknown>,
    context: {
      readonly namespace?: string | undefined;
      readonly result?: unknown;
      readonly failedTags?: ReadonlyMap<string, unknown> | undefined;
    } = {},
  ) {
    const { failedTags = new Map<string, unknown>() } = context;
    const [first] = [...failures.values(), ...failedTags.values()];
    super(
      `${counted(failures.size, failedTags.size)} of namespace "${context.namespace ?? '?'}" could not be invalidated; each cause is in ` +
        `${failedTags.size === 0 ? '`failures`' : '`failures` and `failedTags`'}. Other replicas may serve their old values until a retry of this process, or another call, has landed.`,
      { namespace: context.namespace, cause: first },
    );
    this.failures = failures;
    this.failedTags = failedTags;
    this.result = context.result;
  }
}

function counted(keys: number, tags: number): string {
  if (tags === 0) return `${keys} key(s)`;
  return keys === 0 ? `${tags} tag(s)` : `${keys} key(s) and ${tags} tag(s)`;
}

/**
 * The process ends while failed invalidations have not landed: other replicas may serve their old values until the ttl.
 * `keys` is how many, `undefined` when they were too many to be remembered. `running` is how many keys were written in
 * transactions, or under intents, that had not ended; `cleared` is false when what had not landed is a `clear` of the
 * namespace.
 */
export class CasUnlandedError extends CasCacheError {
  override readonly code = 'CAS_UNLANDED';
  readonly running: number;
  readonly cleared: boolean;

  constructor(
    readonly keys: number | undefined,
    {
      running = 0,
      cleared = true,
      ...context
    }: CasErrorContext & { readonly running?: number | undefined; readonly cleared?: boolean | undefined } = {},
  ) {
    const failed = `${keys ?? 'More'} failed invalidation(s)${keys === undefined ? ' than could be remembered' : ''} had not landed`;
    const open = `${running} key(s) were written in transactions that had not ended`;
    const what = [
      ...(cleared ? [] : ['A clear of the namespace, which had failed, had not landed']),
      ...(keys === 0 ? [] : [failed]),
      ...(running === 0 ? [] : [open]),
    ].join(', and ');
    super(
      `${what} when the cache closed: other replicas may serve their old values until the ttl. Clear the namespace once the store answers.`,
      context,
    );
    this.running = running;
    this.cleared = cleared;
  }
}

/**
 * Some keys could not be closed to readers, so the write was not begun. `failures` has the cause for each of them. Pass
 * `onUnavailable: 'proceed'` to write all the same, with the keys invalidated afterwards.
 */
export class CasIntentUnavailableError extends CasCacheError {
  override readonly code = 'CAS_INTENT_UNAVAILABLE';

  constructor(
    readonly failures: ReadonlyMap<string, unknown>,
    context: { readonly namespace?: string | undefined } = {},
  ) {
    super(
      `${failures.size} key(s) of namespace "${context.namespace ?? '?'}" could not be closed for a write, which was not ` +
        "begun; each cause is in `failures`. Try again, or pass onUnavailable: 'proceed' to write without the intent.",
      { namespace: context.namespace, cause: [...failures.values()][0] },
    );
  }
}

/** Why the signal of a write under an intent aborts: its keys are no longer closed to readers. */
export class CasIntentLostError extends CasCacheError {
  override readonly code = 'CAS_INTENT_LOST';
}

/**
 * Thrown into `withWriteIntent` or `runInCasTransaction` by the code that commits, when the answer to the commit was
 * lost. The commit may still take effect. Intents are then left to run out, and the keys are invalidated again after
 * that.
 */
export class CasCommitUnknownError extends CasCacheError {
  override readonly code = 'CAS_COMMIT_UNKNOWN';
}

/**
 * The database answered COMMIT with a rollback, because a statement of the transaction had failed and its error was
 * caught: nothing was written. Let that error through, or run the statement in a nested transaction.
 */
export class CasRolledBackError extends CasCacheError {
  override readonly code = 'CAS_ROLLED_BACK';
}

/**
 * What is stored of some keys could not all be removed. They are invalidated: none of it is served. `cause` says why.
 */
export class CasEraseError extends CasCacheError {
  override readonly code = 'CAS_ERASE';
}

/** A namespace could not be cleared as a whole. */
export class CasClearError extends CasCacheError {
  override readonly code = 'CAS_CLEAR';
}

/** Some stores did not close. `errors` has them all. */
export class CasCloseError extends CasCacheError {
  override readonly code = 'CAS_CLOSE';

  constructor(
    readonly errors: readonly unknown[],
    message: string,
    context?: CasErrorContext,
  ) {
    super(message, context);
  }
}

/** The cache was closed before the call. */
export class CasClosedError extends CasCacheError {
  override readonly code = 'CAS_CLOSED';
}
