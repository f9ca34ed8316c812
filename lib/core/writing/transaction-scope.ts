import type { Awaitable } from '../../contracts/awaitable.js';
import { CasCommitUnknownError, CasInvalidateError } from '../../write-errors.js';
import { Context } from '../support/context.js';

/** What is known of the writes of a scope once it has ended: that they were committed or undone, or neither. */
export type Ending = 'known' | 'unknown';

/** The cause for each key and each tag that could not be invalidated; the key `''` stands for the whole namespace. */
export interface Failures {
  readonly keys: ReadonlyMap<string, unknown>;
  readonly tags: ReadonlyMap<string, unknown>;
}

/** One cache's part in a scope. */
export interface ScopeMember {
  readonly namespace: string;
  /** Takes over what another member of the same cache has collected. */
  absorb(other: ScopeMember): void;
  /**
   * Carries out what was collected. Never rejects.
   *
   * @param isLast no scope that was begun inside runs any more. Until then keys that are closed to readers stay closed,
   *   and this is called once more
   */
  conclude(ending: Ending, isLast: boolean): Promise<Failures>;
}

/**
 * A stretch of work that writes to the source and is acknowledged as a whole: a transaction, or a write under an
 * intent. What it makes out of date is collected, and carried out when it has ended, before its end is told to its
 * caller.
 *
 * A scope that is begun inside another is a part of it, or ends by itself. A part collects by itself too: at its end it
 * hands over what it has to the scope around it. That one may have ended first, without waiting for its parts (a
 * `Promise.all` of which one failed, a deadline): then the part carries out its own before it resolves, as its commit
 * may have come after everything that was carried out before. For the same reason a scope that ends while others run
 * inside carries out what it has collected at once, since its end is an acknowledgement, and again when the last of
 * those has ended: that one may have written what the scope has named. Until then the keys of its intents stay closed
 * to readers.
 */
export class TransactionScope {
  private readonly members = new Map<object, ScopeMember>();
  private ending: Ending = 'known';
  private over = false;
  /** Scopes that were begun inside, however deep, and have not ended. */
  private inside = 0;

  /**
   * @param outer the scope that it was begun in
   * @param isPart whether it is acknowledged with that one
   */
  constructor(
    readonly outer: TransactionScope | undefined,
    private readonly isPart: boolean,
  ) {
    for (let one = outer; one !== undefined; one = one.outer) one.inside++;
  }

  /** Once it is true, what is left over of the scope's work acts as if there had been none. */
  get hasEnded(): boolean {
    return this.over;
  }

  /** The scope that this is a part of, or a part of a part. */
  get whole(): TransactionScope {
    return this.isPart && this.outer !== undefined ? this.outer.whole : this;
  }

  /** What the cache that `owner` stands for has collected here. */
  member(owner: object): ScopeMember | undefined {
    return this.members.get(owner);
  }

  join(owner: object, member: ScopeMember): void {
    this.members.set(owner, member);
  }

  /** Runs the work of the scope. That the outcome of a commit is unknown is remembered, even if the error is caught. */
  async run<T>(work: () => Awaitable<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isCommitUnknown(error)) this.commitUnknown();
      throw error;
    }
  }

  /** The work goes on, and how a commit of it ended will not be known. */
  commitUnknown(): void {
    this.ending = 'unknown';
  }

  /** To be called once, when the work has ended. Answers the error to throw, if any. */
  async end(result: unknown): Promise<CasInvalidateError | undefined> {
    this.over = true;
    const target = this.target();
    if (target !== undefined) this.handOverTo(target);
    const due = [this, ...this.leave()].filter(({ members }) => members.size > 0);
    if (due.length === 0) return undefined;
    const all = await Promise.all(due.map((scope) => scope.conclude()));
    return invalidateError(all.flat(), result);
  }

  /** Carries out what was collected, each cache whatever becomes of the others. */
  private async conclude(): Promise<NamespaceFailures[]> {
    const isLast = this.inside === 0;
    const members = [...this.members.values()];
    if (isLast) this.members.clear();
    return Promise.all(
      members.map(async (member) => ({
        namespace: member.namespace,
        failures: await member.conclude(this.ending, isLast),
      })),
    );
  }

  /** The scope that this is a part of and that is going to carry out what is handed over to it. */
  private target(): TransactionScope | undefined {
    let one = this.around;
    while (one?.hasEnded === true) one = one.around;
    return one;
  }

  private get around(): TransactionScope | undefined {
    return this.isPart ? this.outer : undefined;
  }

  private handOverTo(target: TransactionScope): void {
    if (this.ending === 'unknown') target.ending = 'unknown';
    for (const [owner, member] of this.members) {
      const known = target.members.get(owner);
      if (known === undefined) target.members.set(owner, member);
      else known.absorb(member);
    }
    this.members.clear();
  }

  /** Answers the scopes around it that have ended, and that this was the last one to run inside of. */
  private leave(): TransactionScope[] {
    const left: TransactionScope[] = [];
    // What an intent around it closed is what its commit may change still.
    if (this.ending === 'unknown') {
      for (let one = this.around; one?.hasEnded === true; one = one.around) one.ending = 'unknown';
    }
    for (let one = this.outer; one !== undefined; one = one.outer) {
      if (--one.inside === 0 && one.hasEnded) left.push(one);
    }
    return left;
  }
}

/** What of a namespace could not be invalidated. */
export interface NamespaceFailures {
  readonly namespace: string;
  readonly failures: Failures;
}

/** One error for all of them. With several namespaces, keys and tags are told apart as `<namespace>:<key>`. */
export function invalidateError(all: readonly NamespaceFailures[], result: unknown): CasInvalidateError | undefined {
  const failed = all.filter(({ failures: { keys, tags } }) => keys.size + tags.size > 0);
  const [first] = failed;
  if (first === undefined) return undefined;
  const { namespace } = first;
  const isOne = failed.every((one) => one.namespace === namespace);
  const merged = (kind: keyof Failures): Map<string, unknown> =>
    new Map(
      failed.flatMap((one) =>
        [...one.failures[kind]].map(([name, cause]) => [isOne ? name : `${one.namespace}:${name}`, cause] as const),
      ),
    );
  const context = { result, failedTags: merged('tags') };
  return new CasInvalidateError(merged('keys'), isOne ? { ...context, namespace } : context);
}

const running = new Context<TransactionScope>();

/** Runs work that is part of no scope, whatever the caller is part of. */
export function outsideScopes<T>(work: () => T): T {
  return running.outside(work);
}

/** The scope that the caller's work is part of, unless it has ended. */
export function currentScope(): TransactionScope | undefined {
  let scope = running.current;
  while (scope?.hasEnded === true) scope = scope.outer;
  return scope;
}

/**
 * Runs `work` in a scope: a part of the running one, or one that ends by itself.
 *
 * @throws what `work` throws; CasInvalidateError with its result when something could not be carried out
 */
export function inWriteScope<T>(work: (scope: TransactionScope) => Awaitable<T>): Promise<T> {
  const outer = currentScope();
  return inScope(new TransactionScope(outer, outer !== undefined), work);
}

/**
 * As `inWriteScope`, in a scope that ends by itself even within another: for a transaction that commits by itself and
 * is acknowledged before the outer one ends.
 */
export function inOwnScope<T>(work: (scope: TransactionScope) => Awaitable<T>): Promise<T> {
  return inScope(new TransactionScope(currentScope(), false), work);
}

async function inScope<T>(scope: TransactionScope, work: (scope: TransactionScope) => Awaitable<T>): Promise<T> {
  let result: T;
  try {
    result = await running.run(scope, () => scope.run(() => work(scope)));
  } catch (error) {
    // It may have written before it failed. What could not be carried out was reported, and is retried.
    await scope.end(undefined);
    throw error;
  }
  const failure = await scope.end(result);
  if (failure !== undefined) throw failure;
  return result;
}

/** A scope that has no function of its own: one call begins it, and another one ends it. */
export interface EnteredScope {
  commitUnknown(): void;
  /** To be called once. Answers the error to throw, if any. */
  end(): Promise<CasInvalidateError | undefined>;
}

/**
 * Begins a scope for the function that calls this and what it goes on to call (see `Context.enter`).
 *
 * @param joins whether it is a part of the running one, if there is one
 */
export function enterScope(joins: boolean): EnteredScope {
  const outer = currentScope();
  const scope = new TransactionScope(outer, joins && outer !== undefined);
  const leave = running.enter(scope);
  return {
    commitUnknown: () => scope.commitUnknown(),
    end: () => {
      leave();
      return scope.end(undefined);
    },
  };
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
