/** Keys whose last change is known one by one. */
const MOST_KEYS = 10_000;

/**
 * Which keys of a namespace this process changed last, by numbers that only grow: every invalidation and every intent
 * counts when it begins, and again when it has ended. Only the latest keys are remembered one by one. Of the others no
 * more is known than that they were changed, so every key counts as changed by then.
 */
export class LocalChangeLog {
  private latest = 0;
  private readonly byKey = new Map<string, number>();
  /** The latest change that any key may have had, besides those in `byKey`. */
  private any = 0;
  private watched = false;

  constructor(private readonly mostKeys = MOST_KEYS) {}

  /** The latest change so far. Nothing is recorded before the first question. */
  watch(): number {
    this.watched = true;
    return this.latest;
  }

  /** The last change of the key, or a later one. */
  of(key: string): number {
    return Math.max(this.any, this.byKey.get(key) ?? 0);
  }

  changed(keys: Iterable<string>): void {
    if (!this.watched) return;
    const number = ++this.latest;
    for (const key of keys) {
      this.byKey.delete(key);
      this.byKey.set(key, number);
      if (this.byKey.size > this.mostKeys) this.forgetOldest();
    }
  }

  changedAll(): void {
    if (!this.watched) return;
    this.any = ++this.latest;
    this.byKey.clear();
  }

  private forgetOldest(): void {
    const [oldest] = this.byKey;
    if (oldest === undefined) return;
    this.any = oldest[1];
    this.byKey.delete(oldest[0]);
  }
}
