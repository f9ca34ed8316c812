import type { CasCacheService } from '../../core/cas-cache.js';
import { isPending, isPromise } from '../../common/attempt.js';
import { CasKeyError } from '../../errors.js';
import { cacheOf } from './binding.js';
import type { CasInvalidateOptions } from './cas-invalidate.options.js';
import type { AnyMethod } from './decoration-site.js';
import { labelOf } from './decorated-methods.js';
import type { InvalidatingMethod } from './decorated-methods.js';
import { checkDeclaredTypes } from './declared-types.js';
import { checkedKey, keyOfCall } from './default-key.js';
import { methodsNamed } from './methods-named.js';
import { PendingKeys } from './pending-keys.js';

/** Which keys a call of a `@CasInvalidate` method makes out of date, and what becomes of them. */
export class Invalidation {
  constructor(
    private readonly options: CasInvalidateOptions,
    private readonly method: InvalidatingMethod,
  ) {}

  /**
   * The keys that follow from the arguments. Collected before the method runs: it may change its arguments, and a key
   * that cannot be built has to be known before anything is written.
   */
  before(cache: CasCacheService, self: object, args: unknown[]): PendingKeys | Promise<PendingKeys> {
    const { key, keys } = this.options;
    const pending = new PendingKeys();
    const add = (given: unknown, from: 'key' | 'keys'): void => {
      pending.add(cache, from === 'key' ? [checkedKey(given, this.method, from)] : this.checkedKeys(given, from));
    };
    const later: Promise<void>[] = [];
    const ask = (from: 'key' | 'keys', answer: unknown): void => {
      if (typeof answer !== 'function') return;
      const given: unknown = (answer as AnyMethod).apply(self, args);
      if (isPending(given)) later.push(Promise.resolve(given).then((answered) => add(answered, from)));
      else add(given, from);
    };
    ask('key', key);
    ask('keys', keys);
    if (this.options.of !== undefined) this.addCachedKeys(this.options.of, pending, self, args);
    return later.length === 0 ? pending : Promise.all(later).then(() => pending);
  }

  /**
   * The keys that follow from the result.
   *
   * @throws CasKeyError: the write is done, and not everything that it made out of date is known
   */
  further(result: unknown, self: object, args: unknown[]): readonly string[] {
    const { keysFrom } = this.options;
    if (keysFrom === undefined) return [];
    try {
      return this.checkedKeys(keysFrom.call(self, result, ...args), 'keysFrom');
    } catch (cause) {
      throw this.keysFromError(cause);
    }
  }

  /**
   * The keys of the cached method that `of` names, and of each that it overrides: `super` may have cached under its own
   * key.
   */
  private addCachedKeys(of: string, pending: PendingKeys, self: object, args: unknown[]): void {
    const cached = methodsNamed(of, this.method, Object.getPrototypeOf(self) as object);
    const given: unknown = this.options.args?.apply(self, args);
    if (given !== undefined && !Array.isArray(given)) {
      throw new CasKeyError(`${labelOf(this.method)}: args has to answer an array of arguments.`);
    }
    for (const method of cached) {
      const cache = cacheOf(self, method);
      if (cache === undefined) continue;
      const called: readonly unknown[] = given ?? args.slice(0, method.length);
      if (!isPromise(cache)) checkDeclaredTypes(method, cache, called);
      pending.add(cache, [keyOfCall(method, self, called)]);
    }
  }

  private checkedKeys(keys: unknown, from: string): string[] {
    if (!Array.isArray(keys)) {
      throw new CasKeyError(`${labelOf(this.method)}: ${from} has to answer an array of keys.`);
    }
    return keys.map((key) => checkedKey(key, this.method, from));
  }

  private keysFromError(cause: unknown): CasKeyError {
    return new CasKeyError(
      `${labelOf(this.method)}: the method succeeded, but keysFrom failed, so not everything that it made out of date is invalidated.`,
      { cause },
    );
  }
}
