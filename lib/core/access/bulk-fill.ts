import type { FillPatience } from '../../contracts/fill-patience.js';
import type { BulkSetOutcome, SetOutcome } from '../../contracts/outcomes.js';
import type { BulkSeed } from '../options/bulk-seed.js';
import type { FillItem } from '../stores/backend.js';
import { Miss } from '../stores/miss.js';
import type { SelectedBackend } from '../stores/select-backend.js';

/** A value on its way to be stored, and why it must not be, where that is known. */
export type Refusable = FillItem<unknown> & { readonly refusal: SetOutcome | undefined };

/** The outcome of a batch is the gravest of its items' outcomes. */
const GRAVITY: Readonly<Record<SetOutcome, number>> = { stored: 0, stale: 1, rejected: 2, unavailable: 3, disabled: 4 };

/** Stores many values that were loaded together, and one frame of them all where the stores have frames. */
export class BulkFill<V> {
  constructor(
    private readonly selected: SelectedBackend<V>,
    private readonly seed: BulkSeed,
  ) {}

  /**
   * A frame is written iff no item had moved, and none has a soft ttl: a member has no stamp. A key that moves in
   * between makes a frame that no read accepts.
   */
  async write(
    items: readonly Refusable[],
    ttlMs: number,
    bulkTtlMs: number | undefined,
    patience: FillPatience | undefined,
  ): Promise<BulkSetOutcome> {
    const framed = this.selected.bulkFrames !== undefined && items.every(({ stamp }) => stamp === undefined);
    const frameTtlMs = framed ? bulkTtlMs : undefined;
    const fillable = items.every(({ observed }) => observed !== 0);
    return frameTtlMs === undefined || this.seed === 'always' || !fillable
      ? this.writeSingles(items, ttlMs, frameTtlMs, patience)
      : this.writeFrame(items, ttlMs, frameTtlMs, patience);
  }

  /** Each item as a single entry by its own check, which is that of the frame too. */
  private async writeSingles(
    items: readonly Refusable[],
    ttlMs: number,
    frameTtlMs: number | undefined,
    patience: FillPatience | undefined,
  ): Promise<BulkSetOutcome> {
    const singles = new Map<string, SetOutcome>(items.map(({ key, refusal }) => [key, refusal ?? 'unavailable']));
    const fillable = items.filter(({ observed }) => observed !== 0);
    (await this.fill(fillable, ttlMs, patience)).forEach((outcome, key) => singles.set(key, outcome));
    const written =
      frameTtlMs !== undefined && areCurrent(singles)
        ? await this.selected.bulkFrames?.write(items, frameTtlMs, ttlMs)
        : undefined;
    const bulk = written === 'stored';
    return { outcome: bulk ? 'stored' : gravest([...singles.values()]), bulk, singles };
  }

  /**
   * The frame, and as singles those that are to be seeded. When it cannot be written, all that is not stored yet is
   * stored as singles.
   */
  private async writeFrame(
    items: readonly Refusable[],
    ttlMs: number,
    frameTtlMs: number,
    patience: FillPatience | undefined,
  ): Promise<BulkSetOutcome> {
    const seeded = this.seed === 'missing' ? await this.missing(items) : [];
    const singles = await this.fill(seeded, ttlMs, patience);
    if (areCurrent(singles)) {
      // The generations of the others were not looked at yet, nor do they live as long as the frame.
      const heldMs = seeded.length === items.length ? ttlMs : 0;
      const written = await this.selected.bulkFrames?.write(items, frameTtlMs, heldMs);
      if (written === 'stored') return { outcome: 'stored', bulk: true, singles };
    }
    const rest = items.filter(({ key }) => !singles.has(key));
    (await this.fill(rest, ttlMs, patience)).forEach((outcome, key) => singles.set(key, outcome));
    return { outcome: gravest([...singles.values()]), bulk: false, singles };
  }

  private async missing(items: readonly Refusable[]): Promise<readonly Refusable[]> {
    const found = await this.selected.singles?.readEntries(items.map(({ key }) => key));
    return items.filter((_, i) => found?.[i] === undefined || found[i] instanceof Miss);
  }

  private async fill(
    items: readonly Refusable[],
    ttlMs: number,
    patience: FillPatience | undefined,
  ): Promise<Map<string, SetOutcome>> {
    const outcomes = items.length === 0 ? [] : await this.selected.backend.fillMany(items, ttlMs, patience);
    return new Map(items.map(({ key }, i) => [key, outcomes[i] ?? 'unavailable']));
  }
}

/** One outcome for all of them. */
export function all(items: readonly { readonly key: string }[], outcome: SetOutcome): BulkSetOutcome {
  return { outcome, bulk: false, singles: new Map(items.map(({ key }) => [key, outcome])) };
}

function areCurrent(outcomes: ReadonlyMap<string, SetOutcome>): boolean {
  return [...outcomes.values()].every((outcome) => outcome === 'stored' || outcome === 'rejected');
}

function gravest(outcomes: readonly SetOutcome[]): SetOutcome {
  return outcomes.reduce((one, other) => (GRAVITY[other] > GRAVITY[one] ? other : one), 'stored');
}
