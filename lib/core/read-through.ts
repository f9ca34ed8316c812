import { assertKey } from '../keys/assert-key.js';
import { insideScope } from './admission.js';
import { Miss } from './miss.js';
import type { Reporter } from './reporter.js';
import type { SinglePath } from './single-path.js';
import { isPending, settle } from './thenable.js';
import { parseTtl } from './ttl.js';
import type { Ttl } from './ttl.js';

/** What a loader is told. */
export interface LoadContext {
  readonly namespace: string;
  readonly key: string;
}

export interface LoadOptions<V> {
  /** How long the loaded value lives. Default: the namespace's `ttl`. */
  readonly ttl?: Ttl | undefined;
  /** `true` for a loaded value that is to be returned but not cached. */
  readonly unless?: ((value: V) => boolean) | undefined;
  /** What a warning calls the loader, such as `UserRepository.find`. */
  readonly name?: string | undefined;
}

/** Read, and on a miss: snapshot, load, set if unchanged. */
export class ReadThrough<V> {
  constructor(
    private readonly single: SinglePath<V>,
    private readonly reporter: Reporter,
    private readonly ttlMs: number,
  ) {}

  /** @throws CasKeyError, CasTtlError */
  async getOrLoad(
    key: string,
    load: (context: LoadContext) => Promise<V> | V,
    { ttl, unless, name = 'A loader' }: LoadOptions<V>,
  ): Promise<V> {
    const { namespace } = this.reporter;
    assertKey(key, namespace);
    const ttlMs = ttl === undefined ? this.ttlMs : parseTtl(ttl);
    // Asked now: when the load has ended, the transaction whose snapshot it read may be over.
    const inside = insideScope();
    const answer = this.single.read(key);
    const found = isPending(answer) ? await answer : answer;
    const served = this.single.serve(key, found);
    if (!(found instanceof Miss)) return served as V;
    // Before the load: a generation taken after it would vouch for a value older than the last invalidation.
    const observed = inside ? 0 : (found.observed ?? (await this.single.snapshot(key)));
    const value = await load({ namespace, key });
    if (value === undefined) {
      const message = `${name} (namespace "${namespace}") returned undefined, which is never cached: return null for "not there".`;
      this.reporter.warnOnce(`undefined of ${name}`, message);
    } else if (unless?.(value) !== true) {
      await this.fill(key, value, observed, ttlMs);
    }
    return value;
  }

  /** A value that cannot be cached is still the caller's answer. */
  private async fill(key: string, value: V, observed: number, ttlMs: number): Promise<void> {
    const outcome = await settle(() => this.single.fill(key, value, observed, ttlMs));
    if (outcome instanceof Error) this.reporter.fault('set', key, outcome);
    this.reporter.fill(key, outcome instanceof Error ? 'rejected' : outcome);
  }
}
