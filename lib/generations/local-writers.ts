/**
 * The keys of a group that writers have open: for each key the tokens of its writers, each with a deadline by the
 * monotonic clock of the store. No timer watches the deadlines: the first question after a deadline drops its token.
 */
export class LocalWriters {
  readonly #deadlines = new Map<string, Map<string, number>>();

  /** Whether the key has a writer whose time has not run out. */
  hold(key: string, nowMs: number): boolean {
    const deadlines = this.#deadlines.get(key);
    if (deadlines === undefined) return false;
    for (const [token, deadline] of deadlines) if (deadline <= nowMs) deadlines.delete(token);
    return deadlines.size > 0;
  }

  /** How many writers of the key have time left, and until when the last of them has. Forgets none. */
  living(key: string, nowMs: number): { readonly writers: number; readonly until: number } {
    let [writers, until] = [0, nowMs];
    for (const deadline of this.#deadlines.get(key)?.values() ?? []) {
      if (deadline <= nowMs) continue;
      writers++;
      until = Math.max(until, deadline);
    }
    return { writers, until };
  }

  /** Whether the key has writers, or had them at the last look. */
  know(key: string): boolean {
    return this.#deadlines.size > 0 && this.#deadlines.has(key);
  }

  /** After `hold`: whether the token is one of the living. */
  has(key: string, token: string): boolean {
    return this.#deadlines.get(key)?.has(token) ?? false;
  }

  set(key: string, token: string, deadline: number): void {
    const deadlines = this.#deadlines.get(key);
    if (deadlines === undefined) this.#deadlines.set(key, new Map([[token, deadline]]));
    else deadlines.set(token, deadline);
  }

  remove(key: string, token: string): void {
    this.#deadlines.get(key)?.delete(token);
  }

  /** The keys that have writers, or had them at the last look. */
  keys(): Iterable<string> {
    return this.#deadlines.keys();
  }

  forget(key: string): void {
    this.#deadlines.delete(key);
  }

  clear(): void {
    this.#deadlines.clear();
  }

  /** Hands the writers of `key` over to `target`, which knows it under another name. */
  moveTo(target: LocalWriters, key: string, name: string): void {
    const deadlines = this.#deadlines.get(key);
    if (deadlines === undefined) return;
    this.#deadlines.delete(key);
    target.#deadlines.set(name, deadlines);
  }
}
