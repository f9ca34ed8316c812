import type { TagClock, TagStamp } from '../../contracts/tag-store.js';

/** Tags that are remembered one by one. */
const MOST_TAGS = 10_000;

/**
 * What a holder of a read lease has heard of invalidated tags, in its present epoch.
 *
 * An entry that was found alive when the clock read so is older than nothing up to that: of what was announced, only
 * later numbers concern it. So it makes no difference in which order answers and announcements arrive.
 *
 * Numbers compare within their era only. An announcement of another era ends the epoch; what is proven after that has
 * asked after all that was heard before, so that nothing of it need be remembered.
 */
export class AnnouncedTags {
  private epoch: number | undefined;
  private era = 0;
  /** The latest number that was announced. */
  private latest = 0;
  /** At or below this, tags that were announced may not be remembered any more. */
  private horizon = 0;
  private readonly tags = new Map<string, number>();

  constructor(private readonly mostTags = MOST_TAGS) {}

  /**
   * @param epoch the present one
   * @returns whether it was of the era of all that was heard before in the epoch. Otherwise the epoch is to be ended
   */
  hear(epoch: number, { era, seq, tags }: TagStamp): boolean {
    if (epoch !== this.epoch) this.begin(epoch, era);
    if (era !== this.era) return false;
    this.latest = Math.max(this.latest, seq);
    for (const tag of tags) this.note(tag, seq);
    return true;
  }

  /** Whether something of another era was heard in the epoch, so that it is to be ended. */
  contradicts(epoch: number, { era }: TagClock): boolean {
    return epoch === this.epoch && era !== this.era;
  }

  /**
   * Whether nothing that was heard in the epoch has ended an entry with these tags.
   *
   * @param epoch the one in which the entry was proven, and the present one
   * @param clock as it read when the entry was found alive, of the era of what was heard
   */
  spares(tags: readonly string[], epoch: number, clock: TagClock): boolean {
    // Nothing was heard in it.
    if (epoch !== this.epoch) return true;
    if (clock.seq >= this.latest || tags.length === 0) return true;
    return clock.seq >= this.horizon && tags.every((tag) => (this.tags.get(tag) ?? 0) <= clock.seq);
  }

  private begin(epoch: number, era: number): void {
    this.epoch = epoch;
    this.era = era;
    this.latest = 0;
    this.horizon = 0;
    this.tags.clear();
  }

  private note(tag: string, seq: number): void {
    if ((this.tags.get(tag) ?? 0) >= seq) return;
    this.tags.delete(tag);
    this.tags.set(tag, seq);
    if (this.tags.size <= this.mostTags) return;
    const [oldest] = this.tags;
    if (oldest === undefined) return;
    this.tags.delete(oldest[0]);
    this.horizon = Math.max(this.horizon, oldest[1]);
  }
}
