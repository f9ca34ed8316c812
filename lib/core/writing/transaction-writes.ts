import { CasInvalidateError } from '../../errors.js';
import type { Invalidator } from './invalidator.js';
import type { OpenIntent } from './open-intent.js';
import { attempt } from '../../common/attempt.js';
import type { Ending, ScopeMember } from './transaction-scope.js';

/** What one cache has to do at the end of a scope, and what its reads inside must know. */
export class TransactionWrites implements ScopeMember {
  private readonly invalidated = new Set<string>();
  private readonly underIntent = new Set<string>();
  private readonly intents: OpenIntent[] = [];
  private cleared = false;

  /** @param leaseMs how long a commit of unknown outcome is waited for where no intent says it */
  constructor(
    readonly namespace: string,
    private readonly invalidator: Invalidator,
    private readonly leaseMs: number,
  ) {}

  /** Whether the scope has written the key, so that what is cached is not what it has to see. */
  holds(key: string): boolean {
    return this.cleared || this.invalidated.has(key) || this.underIntent.has(key);
  }

  invalidate(keys: Iterable<string>): void {
    for (const key of keys) this.invalidated.add(key);
  }

  clear(): void {
    this.cleared = true;
  }

  /** The keys are about to be written: from now on they count as written. */
  write(intent: OpenIntent): void {
    this.intents.push(intent);
    for (const key of intent.keys) this.underIntent.add(key);
  }

  async conclude(ending: Ending): Promise<ReadonlyMap<string, unknown>> {
    // One whose write still runs, because nobody waited for it, is concluded at its own end.
    const intents = this.intents.filter(({ writeEnded }) => writeEnded);
    const ended = new Set(intents.flatMap(({ keys }) => keys));
    // A settle is a bump, so a key under an intent needs no other. Of those that are not settled, some may not be closed.
    const plain =
      ending === 'known'
        ? [...this.invalidated].filter((key) => !ended.has(key))
        : [...new Set([...this.invalidated, ...ended])];
    const all = await Promise.all([
      ending === 'known' ? this.settle(intents) : this.letRunOut(intents, plain),
      plain.length > 0 && !this.cleared ? this.causes(() => this.invalidator.invalidate(plain)) : NONE,
      this.cleared ? this.causes(() => this.invalidator.clear()) : NONE,
    ]);
    return new Map(all.flatMap((causes) => [...causes]));
  }

  private async settle(intents: readonly OpenIntent[]): Promise<Causes> {
    const causes = await Promise.all(intents.map((intent) => intent.settle()));
    return new Map(causes.flatMap((some) => [...some]));
  }

  /**
   * The commit may take effect at any moment until then. No reader fills the keys under intents before; of the others,
   * whatever was filled meanwhile goes with the second invalidation.
   */
  private letRunOut(intents: readonly OpenIntent[], keys: readonly string[]): Causes {
    const longest = intents.reduce((ms, intent) => Math.max(ms, intent.abandon()), this.leaseMs);
    if (this.cleared) this.invalidator.clearLater(longest);
    else if (keys.length > 0) this.invalidator.invalidateLater(keys, longest);
    return NONE;
  }

  private async causes(work: () => Promise<void>): Promise<Causes> {
    const failed = await attempt(work);
    if (failed instanceof CasInvalidateError) return failed.failures;
    return failed instanceof Error ? new Map([['', failed]]) : NONE;
  }
}

type Causes = ReadonlyMap<string, unknown>;

const NONE: Causes = new Map();
