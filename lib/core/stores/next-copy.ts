import type { MissReason } from '../../contracts/outcomes.js';
import type { CasProvider } from '../../contracts/provider.js';
import { isOfOneCopy, Miss } from './miss.js';
import type { Reporter } from '../support/reporter.js';
import { isPromise } from '../../common/attempt.js';

/** More would be copies that come back as fast as they are dropped. */
const MOST_COPIES = 4;

/**
 * The copies of an entry in a provider that has several: a process that keeps one learns of an invalidation elsewhere
 * only when the generation refuses it, and then a newer one may lie behind it.
 */
export class NextCopy<S, T> {
  /**
   * @param provider whose `another` drops a copy. Without it, an entry has one copy, and there is nothing to seek
   * @param examine checks a copy as the first one was checked
   */
  constructor(
    private readonly provider: Pick<CasProvider<S>, 'another'>,
    private readonly entryKey: (key: string) => string,
    private readonly examine: (key: string, copy: S) => T | Miss | Promise<T | Miss>,
    private readonly reporter: Reporter,
  ) {}

  /** Whether an entry may have more than one copy at all. */
  get any(): boolean {
    return this.provider.another !== undefined;
  }

  /** Whether an entry that was refused for `reason` is dropped by seeking another, and not to be deleted everywhere. */
  replaces(reason: MissReason): boolean {
    return this.any && isOfOneCopy(reason);
  }

  /** What became of the first copy, or of the next that is not refused as it was. At once where nothing is sought. */
  after(key: string, first: S | Error | undefined, found: T | Miss | Promise<T | Miss>): T | Miss | Promise<T | Miss> {
    if (!this.any || first === undefined || first instanceof Error) return found;
    return isPromise(found) || this.refused(found) ? this.seek(key, first, found) : found;
  }

  private refused(found: T | Miss): boolean {
    return found instanceof Miss && this.replaces(found.reason);
  }

  private async seek(key: string, first: S, found: T | Miss | Promise<T | Miss>): Promise<T | Miss> {
    let copy = first;
    let answer = await found;
    try {
      for (let copies = 1; copies <= MOST_COPIES && this.refused(answer); copies++) {
        const next = await this.provider.another?.(this.entryKey(key), copy);
        if (next === undefined) break;
        copy = next;
        answer = await this.examine(key, copy);
      }
    } catch (cause) {
      this.reporter.fault('heal', key, cause);
    }
    return answer;
  }
}
