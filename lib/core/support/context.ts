import { AsyncLocalStorage } from 'node:async_hooks';
import type { Awaitable } from '../../contracts/awaitable.js';
import { isPending } from '../../common/attempt.js';

/**
 * What surrounds the running code, across whatever it awaits. It is switched off while no code is inside: up to Node 22
 * every promise of the process costs several times as much once there was a single `run`.
 */
export class Context<T> {
  private readonly storage = new AsyncLocalStorage<T>();
  private inside = 0;

  get current(): T | undefined {
    return this.inside === 0 ? undefined : this.storage.getStore();
  }

  /**
   * As `run`, for a caller that calls `leave` once the work has ended, also when this throws: it has a place for that,
   * and needs no promise for it.
   */
  runUntilLeft<R>(surroundings: T, work: () => R): R {
    this.inside++;
    return this.storage.run(surroundings, work);
  }

  /** What is left over of the work when it has ended may find itself outside. */
  run<R>(surroundings: T, work: () => Awaitable<R>): Awaitable<R> {
    let result: Awaitable<R>;
    try {
      result = this.runUntilLeft(surroundings, work);
    } catch (error) {
      this.leave();
      throw error;
    }
    if (!isPending(result)) {
      this.leave();
      return result;
    }
    return result.then(
      (value) => {
        this.leave();
        return value;
      },
      (error: unknown) => {
        this.leave();
        throw error;
      },
    );
  }

  /**
   * From now on it surrounds the function that calls this, and what that goes on to call, until the answer is called,
   * once. A function that called it without having awaited anything is surrounded, too: both have one context until
   * then.
   */
  enter(surroundings: T): () => void {
    this.inside++;
    this.storage.enterWith(surroundings);
    return () => this.leave();
  }

  /** Runs work that these surroundings are not to reach. */
  outside<R>(work: () => R): R {
    return this.inside === 0 ? work() : this.storage.exit(work);
  }

  leave(): void {
    if (--this.inside === 0) this.storage.disable();
  }
}
