import type { Awaitable } from '../../contracts/awaitable.js';
import { CasCommitUnknownError, CasInvalidateError } from '../../errors.js';
import { Context } from '../support/context.js';

/** What is known of the writes of a scope once it has ended: that they were committed or undone, or neither. */
export type Ending = 'known' | 'unknown';

/** One cache's part in a scope. */
export interface ScopeMember {
  readonly namespace: string;
  /** Never rejects. Answers the cause for each key that failed; `''` stands for the whole namespace. */
  conclude(ending: Ending): Promise<ReadonlyMap<string, unknown>>;
}

/**
 * A stretch of work that writes to the source and is acknowledged as a whole: a transaction, or a write under an intent.
 * What it makes out of date is collected, and carried out when it has ended, before anybody hears of its end.
 */
export class TransactionScope {
  private readonly members = new Map<object, ScopeMember>();
  private ending: Ending = 'known';
  private over = false;

  /** @param outer the scope that it was begun in, although it ends by itself */
  constructor(readonly outer: TransactionScope | undefined) {}

  /** Once it is false, what is left over of the scope's work acts as if there had been none. */
  get isOpen(): boolean {
    return !this.over;
  }

  /** The part of the cache that `owner` stands for. */
  member(owner: object): ScopeMember | undefined {
    return this.members.get(owner);
  }

  join(owner: object, member: ScopeMember): void {
    this.members.set(owner, member);
  }

  /** Runs a part of the scope. That the outcome of a commit is unknown is remembered, even if somebody catches the error. */
  async run<T>(work: () => Awaitable<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isCommitUnknown(error)) this.ending = 'unknown';
      throw error;
    }
  }

  /** Carries out what was collected, each cache whatever becomes of the others. The error to throw, if any. */
  async conclude(result: unknown): Promise<CasInvalidateError | undefined> {
    this.over = true;
    const members = [...this.members.values()];
    const all = await Promise.all(members.map((member) => member.conclude(this.ending)));
    return invalidateError(
      members.map(({ namespace }, i) => ({ namespace, failures: all[i] as ReadonlyMap<string, unknown> })),
      result,
    );
  }
}

/** What of a namespace could not be invalidated. */
export interface NamespaceFailures {
  readonly namespace: string;
  readonly failures: ReadonlyMap<string, unknown>;
}

/** One error for all of them. With several namespaces, keys are told apart as `<namespace>:<key>`. */
export function invalidateError(all: readonly NamespaceFailures[], result: unknown): CasInvalidateError | undefined {
  const failed = all.filter(({ failures }) => failures.size > 0);
  const [first, ...others] = failed;
  if (first === undefined) return undefined;
  if (others.length === 0) return new CasInvalidateError(first.failures, { namespace: first.namespace, result });
  const merged = new Map<string, unknown>();
  for (const { namespace, failures } of failed) {
    for (const [key, cause] of failures) merged.set(`${namespace}:${key}`, cause);
  }
  return new CasInvalidateError(merged, { result });
}

const running = new Context<TransactionScope>();

/** The scope that the caller's work is part of, unless it has ended. */
export function currentScope(): TransactionScope | undefined {
  let scope = running.current;
  while (scope?.isOpen === false) scope = scope.outer;
  return scope;
}

/**
 * Runs `work` in a scope: the running one, which then ends later, or one of its own.
 *
 * @throws what `work` throws; CasInvalidateError with its result when something could not be carried out
 */
export async function inWriteScope<T>(work: (scope: TransactionScope) => Awaitable<T>): Promise<T> {
  const outer = currentScope();
  if (outer !== undefined) return outer.run(() => work(outer));
  return inOwnScope(work);
}

/**
 * As `inWriteScope`, in a scope of its own even within another: for a transaction that commits by itself and is
 * acknowledged before the outer one ends.
 */
export async function inOwnScope<T>(work: (scope: TransactionScope) => Awaitable<T>): Promise<T> {
  const scope = new TransactionScope(currentScope());
  let result: T;
  try {
    result = await running.run(scope, () => scope.run(() => work(scope)));
  } catch (error) {
    // It may have written before it failed. What could not be carried out was reported, and is retried.
    await scope.conclude(undefined);
    throw error;
  }
  const failure = await scope.conclude(result);
  if (failure !== undefined) throw failure;
  return result;
}

/** Libraries wrap errors: the chain of causes is looked through. */
function isCommitUnknown(error: unknown): boolean {
  const seen = new Set<unknown>();
  for (let cause = error; cause instanceof Error && !seen.has(cause); cause = cause.cause) {
    if (cause instanceof CasCommitUnknownError) return true;
    seen.add(cause);
  }
  return false;
}
