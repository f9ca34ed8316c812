import { CasInvalidateError } from '../../write-errors.js';
import type { Invalidator } from './invalidator.js';
import type { OpenIntent } from './open-intent.js';
import { attempt } from '../../common/attempt.js';
import type { Collected, CollectedWrites } from './collected-writes.js';
import type { Ending, Failures, ScopeMember } from './transaction-scope.js';

/** What a scope and all its parts have written of one cache: what is cached of that is not what they have to see. */
export class WrittenKeys {
  private readonly keys = new Set<string>();
  private readonly prefixes = new Set<string>();
  readonly tags = new Set<string>();

  holds(key: string): boolean {
    if (this.keys.has(key)) return true;
    for (const prefix of this.prefixes) if (key.startsWith(prefix)) return true;
    return false;
  }

  add(keys: Iterable<string>): void {
    for (const key of keys) this.keys.add(key);
  }

  /** All keys that begin with it. */
  addPart(prefix: string): void {
    this.prefixes.add(prefix);
  }
}

/** What one cache has to do at the end of a scope. */
export class TransactionWrites implements ScopeMember, Collected {
  private readonly invalidated = new Set<string>();
  private readonly tags = new Set<string>();
  private readonly intents: OpenIntent[] = [];
  /** What the keys begin with that are to be cleared: '' for the whole namespace. */
  private readonly cleared = new Set<string>();

  /**
   * @param leaseMs how long a commit of unknown outcome is waited for where no intent says it
   * @param collected of the cache, where this stays until it was carried out
   * @param written shared by a scope and its parts
   */
  constructor(
    readonly namespace: string,
    private readonly invalidator: Invalidator,
    private readonly leaseMs: number,
    private readonly collected: CollectedWrites,
    readonly written = new WrittenKeys(),
  ) {
    collected.add(this);
  }

  get size(): number {
    const begun = this.cleared.size + this.invalidated.size + this.tags.size;
    return this.intents.reduce((sum, intent) => sum + intent.keys.length, begun);
  }

  invalidate(keys: readonly string[]): void {
    for (const key of keys) this.invalidated.add(key);
    this.written.add(keys);
  }

  invalidateTags(tags: readonly string[]): void {
    for (const tag of tags) {
      this.tags.add(tag);
      this.written.tags.add(tag);
    }
  }

  clear(prefix: string): void {
    this.cleared.add(prefix);
    this.written.addPart(prefix);
  }

  /** The keys are about to be written: from now on they count as written. */
  write(intent: OpenIntent): void {
    this.intents.push(intent);
    this.written.add(intent.keys);
  }

  absorb(part: TransactionWrites): void {
    for (const key of part.invalidated) this.invalidated.add(key);
    for (const tag of part.tags) this.tags.add(tag);
    for (const prefix of part.cleared) this.cleared.add(prefix);
    for (const intent of part.intents) this.intents.push(intent);
    this.collected.delete(part);
  }

  async conclude(ending: Ending, isLast: boolean): Promise<Failures> {
    const closed = new Set(this.intents.flatMap(({ keys }) => keys));
    const settles = isLast && ending === 'known';
    // A settle is a bump, so a key under an intent needs no other. Some keys that are not settled may not be closed.
    const plain = settles
      ? [...this.invalidated].filter((key) => !closed.has(key))
      : [...new Set([...this.invalidated, ...closed])];
    const tags = [...this.tags];
    if (ending === 'unknown') this.repeatLater(plain, tags, isLast);
    const all = await Promise.all([
      settles ? this.settle() : NONE,
      plain.length > 0 && !this.isWhole ? this.causes(() => this.invalidator.invalidate(plain)) : NONE,
      tags.length > 0 && !this.isWhole ? this.causes(() => this.invalidator.invalidateTags(tags)) : NONE,
      ...this.parts.map((prefix) => this.causes(() => this.invalidator.clear(prefix))),
    ]);
    if (isLast) this.collected.delete(this);
    return {
      keys: new Map(all.flatMap(({ keys }) => [...keys])),
      tags: new Map(all.flatMap((causes) => [...causes.tags])),
    };
  }

  private get isWhole(): boolean {
    return this.cleared.has('');
  }

  private get parts(): readonly string[] {
    return this.isWhole ? [''] : [...this.cleared];
  }

  private async settle(): Promise<Failures> {
    const causes = await Promise.all(this.intents.map((intent) => intent.settle()));
    return { ...NONE, keys: new Map(causes.flatMap((some) => [...some])) };
  }

  /**
   * The commit may take effect at any moment until then. No reader fills the keys under intents before, which are left
   * to run out; of the others, whatever was filled meanwhile goes with the second invalidation.
   */
  private repeatLater(keys: readonly string[], tags: readonly string[], isLast: boolean): void {
    const intents = isLast ? this.intents : [];
    const longest = intents.reduce((ms, intent) => Math.max(ms, intent.abandon()), this.leaseMs);
    for (const prefix of this.parts) this.invalidator.clearLater(prefix, longest);
    if (this.isWhole) return;
    if (keys.length > 0) this.invalidator.invalidateLater(keys, longest);
    if (tags.length > 0) this.invalidator.invalidateTagsLater(tags, longest);
  }

  private async causes(work: () => Promise<void>): Promise<Failures> {
    const failed = await attempt(work);
    if (failed instanceof CasInvalidateError) return { keys: failed.failures, tags: failed.failedTags };
    return failed instanceof Error ? { ...NONE, keys: new Map([['', failed]]) } : NONE;
  }
}

const NONE: Failures = { keys: new Map(), tags: new Map() };
