/**
 * Who has which keys of a group open: for each of them the tokens of its writers, each with a deadline by the clock of the
 * store. Nobody watches the deadlines; whoever asks first drops the tokens that are past theirs.
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

  /** Of the keys that have writers, or had them when somebody last looked. */
  keys(): Iterable<string> {
    return this.#deadlines.keys();
  }

  forget(key: string): void {
    this.#deadlines.delete(key);
  }

  clear(): void {
    this.#deadlines.clear();
  }

  /** Hands the writers of `key` over to `heir`, which knows it under another name. */
  moveTo(heir: LocalWriters, key: string, name: string): void {
    const deadlines = this.#deadlines.get(key);
    if (deadlines === undefined) return;
    this.#deadlines.delete(key);
    heir.#deadlines.set(name, deadlines);
  }
}
