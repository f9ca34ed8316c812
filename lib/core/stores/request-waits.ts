import type { PendingRead } from '../../contracts/atomic-store.js';
import type { Guard } from '../support/guard.js';

/** How the wait for a request ended: with the request, or before it. */
export type RequestEnd = 'late' | void;

/** Waits for the requests of a store, of which each has many reads: with one deadline for all of them. */
export class RequestWaits {
  private request: number | undefined;
  private end: Promise<RequestEnd> = Promise.resolve();

  constructor(private readonly guard: Guard) {}

  /**
   * Ends with the request of the read, or when that was not answered in time.
   *
   * It counts from the first read of the request on, and all of those are of one tick. Only the number of the request
   * is kept: the request itself would hold its replies until the next read, however late that comes.
   */
  endOf({ request, ended }: PendingRead): Promise<RequestEnd> {
    if (request !== this.request) {
      this.request = request;
      this.end = this.guard.orLate<RequestEnd>(ended, () => 'late');
    }
    return this.end;
  }
}
