import type { GenerationStore } from '../../contracts/generation-store.js';
import { FILL_DEADLINE_MS } from '../../common/fill-deadline.js';
import { askOptional } from '../support/ask-optional.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';

/**
 * How long a load may take and still fill: as long as the store keeps the generation of a key that is being loaded. A
 * store that can be told keeps it for as long as the longest `loadTimeout`.
 */
export class FillDeadline {
  private longest: number;

  constructor(
    private readonly store: Pick<GenerationStore, 'fillDeadlineMs' | 'expectLoads'>,
    private readonly tags: Pick<NamespaceTags, 'noteLoads'> | undefined,
    private readonly failed: (cause: unknown) => void,
  ) {
    this.longest = store.fillDeadlineMs ?? FILL_DEADLINE_MS;
  }

  get ms(): number {
    return this.longest;
  }

  /** Loads may take so long. */
  expect(loadTimeoutMs: number | undefined): void {
    const { store } = this;
    if (loadTimeoutMs === undefined || loadTimeoutMs <= this.longest || store.expectLoads === undefined) return;
    const told = (): boolean => {
      store.expectLoads?.(loadTimeoutMs);
      return true;
    };
    if (!askOptional(this.failed, told, false)) return;
    this.longest = loadTimeoutMs;
    this.tags?.noteLoads(loadTimeoutMs);
  }
}
