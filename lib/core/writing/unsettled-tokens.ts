import type { Generation } from '../../contracts/generation-store.js';
import type { IntentCalls } from './intent-calls.js';

/** Tokens on keys. Beyond this many they are left to run out: settling only opens a key to readers earlier. */
const MOST = 10_000;

interface Debt {
  readonly keys: Set<string>;
  /** When the token runs out by itself, at the latest. */
  readonly until: number;
}

/**
 * Tokens of writers that are done and could not be settled. To settle them is to invalidate their keys and, besides, to
 * open them to readers before the lease runs out; after that there is nothing to settle.
 */
export class UnsettledTokens {
  /** By token, the oldest first. */
  private readonly debts = new Map<string, Debt>();
  /** The tokens of each key. */
  private readonly tokens = new Map<string, Set<string>>();
  private size = 0;

  /** @param now monotonic, in milliseconds */
  constructor(
    private readonly calls: IntentCalls,
    private readonly now: () => number,
    private readonly most = MOST,
  ) {}

  /** @param keys without duplicates, of a token that is not here yet */
  add(keys: readonly string[], token: string, leaseMs: number): void {
    this.dropExpired();
    const some = keys.slice(0, this.most - this.size);
    if (some.length === 0) return;
    this.debts.set(token, { keys: new Set(some), until: this.now() + leaseMs });
    this.size += some.length;
    for (const key of some) this.tokens.set(key, (this.tokens.get(key) ?? new Set()).add(token));
  }

  /** Those of the keys that have tokens here. */
  among(keys: readonly string[]): string[] {
    this.dropExpired();
    return this.size === 0 ? [] : keys.filter((key) => this.tokens.has(key));
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
      for (const token of this.tokens.get(key) ?? []) {
        const owing = byToken.get(token);
        if (owing === undefined) byToken.set(token, [key]);
        else owing.push(key);
      }
    }
    return byToken;
  }

  /** A longer lease may stand before shorter ones, which then wait for it. */
  private dropExpired(): void {
    const now = this.now();
    for (const [token, { keys, until }] of this.debts) {
      if (until > now) return;
      for (const key of keys) this.forget(key, token);
    }
  }

  private forget(key: string, token: string): void {
    const debt = this.debts.get(token);
    if (debt?.keys.delete(key) !== true) return;
    this.size--;
    if (debt.keys.size === 0) this.debts.delete(token);
    const tokens = this.tokens.get(key);
    tokens?.delete(token);
    if (tokens?.size === 0) this.tokens.delete(key);
  }
}
