import type { Awaitable } from '../../contracts/awaitable.js';
import type { Generation, GenerationStore } from '../../contracts/generation-store.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import { scopedGenerations } from '../stores/scoped-stores.js';
import type { AccessPolicy } from './access-policy.js';
import type { LoadedValue } from '../stores/backend.js';
import type { Reporter } from '../support/reporter.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';
import { attempt } from '../../common/attempt.js';

/**
 * Takes the generation, and the clock of the tags, that a fill will be made under. What cannot be had is 0: nothing to
 * fill under.
 */
export class Snapshots {
  private readonly generations: GenerationStore;
  private readonly nameOf: (key: string) => string;

  constructor(
    generations: GenerationStore,
    keys: NamespaceKeys,
    private readonly reporter: Reporter,
    private readonly policy: AccessPolicy,
    private readonly known: NamespaceTags | undefined,
  ) {
    ({ store: this.generations, nameOf: this.nameOf } = scopedGenerations(generations, keys, reporter));
  }

  /** Only in a namespace with tags, and where entries with tags were met. */
  get tags(): NamespaceTags | undefined {
    return this.known?.isOn === true ? this.known : undefined;
  }

  /** Rejects when the store does; the caller that waits for it replaces that, and silence too. */
  take(key: string): Awaitable<Generation> {
    try {
      return this.generations.snapshot(this.nameOf(key));
    } catch (cause) {
      this.policy.failed([key]);
      return this.fault(key, cause);
    }
  }

  /** @param keys without duplicates. Answers in their order; one that fails is 0 and leaves the others alone. */
  async takeMany(keys: readonly string[]): Promise<readonly Generation[]> {
    const taken = await attempt(() => this.generations.snapshotMany(keys.map(this.nameOf)));
    this.policy.failed(taken instanceof Error ? keys : keys.filter((_, i) => taken[i] instanceof Error));
    if (taken instanceof Error) {
      this.fault(undefined, taken);
      return keys.map(() => 0);
    }
    return keys.map((key, i) => {
      const generation = taken[i];
      return typeof generation === 'number' ? generation : this.fault(key, generation);
    });
  }

  /** Why a value must not be stored, as far as that is known before the stores are asked. */
  refusal({ key, observed, tagged }: LoadedValue<unknown>, ttlMs: number): 'unavailable' | 'stale' | undefined {
    if (observed === 0) return 'unavailable';
    const { tags } = this;
    if (tags === undefined) return undefined;
    if (tagged === undefined) return 'unavailable';
    tags.noteTtl(ttlMs);
    return tags.isKnownToBeOver(key, tagged) ? 'stale' : undefined;
  }

  private fault(key: string | undefined, cause: unknown): Generation {
    this.reporter.fault('snapshot', key, cause);
    return 0;
  }
}
