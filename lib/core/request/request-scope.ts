import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * One request, message or job, and what caches remember for it. It holds them, never they it: whatever it has collected
 * goes with it, and when it has ended, even if something that it left over still refers to it.
 */
export class RequestScope {
  private readonly parts = new Map<object, unknown>();
  private over = false;

  get isOpen(): boolean {
    return !this.over;
  }

  /** What `owner` keeps here. */
  part(owner: object): unknown {
    return this.parts.get(owner);
  }

  keep(owner: object, part: unknown): void {
    if (!this.over) this.parts.set(owner, part);
  }

  run<T>(work: () => T): T {
    return running.run(this, work);
  }

  end(): void {
    this.over = true;
    this.parts.clear();
  }
}

const running = new AsyncLocalStorage<RequestScope>();

/** The request that the caller's work is part of, unless it has ended. */
export function currentRequest(): RequestScope | undefined {
  const request = running.getStore();
  return request?.isOpen === true ? request : undefined;
}

/** Runs work that is part of no request of ours, whatever the caller is part of. */
export function outsideRequestScopes<T>(work: () => T): T {
  return running.exit(work);
}
