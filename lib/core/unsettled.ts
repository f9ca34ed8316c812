import type { Generation } from '../contracts/generation-store.js';
import type { IntentCalls } from './intent-calls.js';

/** Beyond this many the leases are left to run out: settling only opens a key to readers earlier. */
const MOST_KEYS = 10_000;

/**
 * Tokens of writers that are done and could not be settled. To settle them is to invalidate their keys and, besides, to
 * open them to readers before the lease runs out.
 */
export class Unsettled {
  private readonly tokens = new Map<string, Set<string>>();

  constructor(private readonly calls: IntentCalls) {}

  add(keys: readonly string[], token: string): void {
    for (const key of keys) {
      if (this.tokens.size >= MOST_KEYS && !this.tokens.has(key)) return;
      this.tokens.set(key, (this.tokens.get(key) ?? new Set()).add(token));
    }
  }

  has(key: string): boolean {
    return this.tokens.has(key);
  }

  /** @param keys that have tokens here. The new generation of each, or why there is none. */
  async settle(keys: readonly string[]): Promise<ReadonlyMap<string, Generation | Error>> {
    const results = new Map<string, Generation | Error>();
    await Promise.all(
      [...this.keysByToken(keys)].map(async ([token, owing]) => {
        const answers = await this.calls.settle(owing, token);
        owing.forEach((key, i) => {
          const answer = answers[i];
          if (answer === undefined || answer instanceof Error) {
            results.set(key, answer ?? new Error('The store gave no answer for the key.'));
            return;
          }
          this.forget(key, token);
          if (!(results.get(key) instanceof Error)) results.set(key, answer.generation);
        });
      }),
    );
    return results;
  }

  private keysByToken(keys: readonly string[]): Map<string, string[]> {
    const byToken = new Map<string, string[]>();
    for (const key of keys) {
      for (const token of this.tokens.get(key) ?? []) byToken.set(token, [...(byToken.get(token) ?? []), key]);
    }
    return byToken;
  }

  private forget(key: string, token: string): void {
    const tokens = this.tokens.get(key);
    tokens?.delete(token);
    if (tokens?.size === 0) this.tokens.delete(key);
  }
}
