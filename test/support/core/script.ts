import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import type { CallLog } from './call-log.js';

/** What a call does instead of answering. `hang`: nothing, until `release`. */
export type Fault = 'throw' | 'reject' | 'hang';

/** Runs the calls of one scripted part: notes each, and lets it answer at once or later, fail, or hang. */
export class Script {
  private readonly faults = new Map<string, { readonly how: Fault; readonly error: unknown }>();
  private readonly keyFaults = new Map<string, Error>();
  private readonly interludes = new Map<string, () => void>();
  private readonly hanging: { readonly answer: () => void; readonly reject: (cause: Error) => void }[] = [];

  constructor(
    private readonly part: string,
    private readonly log: CallLog,
    private readonly answers: 'at once' | 'later',
  ) {}

  /** Every call of `op` (or of all, `'*'`) from now on does this. */
  fail(op: string, how: Fault, error: unknown = new Error(`${this.part}.${op} is broken`)): void {
    this.faults.set(op, { how, error });
  }

  /** A many-variant answers this in the place of the key. */
  failKey(op: string, key: string, error: Error): void {
    this.keyFaults.set(`${op} ${key}`, error);
  }

  /** Once, right before the next call of `op` takes effect: what another process does in between. */
  before(op: string, interlude: () => void): void {
    this.interludes.set(op, interlude);
  }

  /** No more faults. What hangs goes on hanging. */
  mend(): void {
    this.faults.clear();
    this.keyFaults.clear();
  }

  /** Lets what hangs take effect and answer, late. */
  release(): void {
    for (const { answer } of this.hanging.splice(0)) answer();
  }

  /** Lets what hangs fail, late. */
  fell(cause: Error): void {
    for (const { reject } of this.hanging.splice(0)) reject(cause);
  }

  run<T>(op: string, keys: readonly string[], effect: () => T): Awaitable<T> {
    this.log.note(this.part, op, keys);
    const fault = this.faults.get(op) ?? this.faults.get('*');
    if (fault?.how === 'throw') throw fault.error;
    if (fault?.how === 'reject') return Promise.reject(fault.error);
    if (fault?.how === 'hang') return this.later(effect);
    const run = (): T => {
      const interlude = this.interludes.get(op);
      this.interludes.delete(op);
      interlude?.();
      return effect();
    };
    return this.answers === 'at once' ? run() : Promise.resolve().then(run);
  }

  /** The answers for each key, with the scripted errors in their places. */
  each<K extends { readonly key: string } | string, T>(
    op: string,
    items: readonly K[],
    effect: (item: K) => T,
  ): (T | Error)[] {
    return items.map((item) => this.keyFaults.get(`${op} ${keyOf(item)}`) ?? effect(item));
  }

  private later<T>(effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const answer = (): void => {
        try {
          resolve(effect());
        } catch (cause) {
          reject(cause instanceof Error ? cause : new Error('effect', { cause }));
        }
      };
      this.hanging.push({ answer, reject });
    });
  }
}

function keyOf(item: { readonly key: string } | string): string {
  return typeof item === 'string' ? item : item.key;
}
