import { encodeBulk, pickMembers } from '../../wire/bulk-frame.js';
import { encodeTaggedBulk, pickTaggedMembers } from '../../wire/tagged-bulk-frame.js';
import type { FillItem } from './backend.js';
import type { ParsedEntry } from './checked-entry.js';

/** How one frame carries the values of many keys. */
export interface BulkFormat {
  /** `undefined`: these cannot stand in one frame. */
  seal(items: readonly FillItem<Uint8Array>[]): Uint8Array | undefined;
  /**
   * In the order of the keys, `undefined` for one that the frame does not have.
   *
   * @throws CasUnknownFrameError, CasCorruptFrameError
   */
  open(frame: Uint8Array, keys: readonly string[]): readonly (ParsedEntry<Uint8Array> | undefined)[];
}

export const PLAIN_BULK: BulkFormat = {
  seal: (items) => encodeBulk(items.map(({ key, observed, prepared }) => ({ key, gen: observed, payload: prepared }))),
  open: pickMembers,
};

/**
 * In a namespace with tags. All members have one stamp, which is that of the oldest: no invalidation since that is
 * unknown to any of them. Stamps of two eras say nothing of each other.
 */
export const TAGGED_BULK: BulkFormat = {
  seal: (items) => {
    const era = items[0]?.tagged?.era;
    if (era === undefined || items.some(({ tagged }) => tagged?.era !== era)) return undefined;
    const seq = items.reduce((oldest, { tagged }) => Math.min(oldest, tagged?.seq ?? oldest), Infinity);
    return encodeTaggedBulk(
      { era, seq },
      items.map(({ key, observed, prepared, tagged }) => ({
        key,
        gen: observed,
        tags: tagged?.tags ?? [],
        payload: prepared,
      })),
    );
  },
  open: (frame, keys) => {
    const { clock, members } = pickTaggedMembers(frame, keys);
    return members.map(
      (member) => member && { gen: member.gen, payload: member.payload, tagged: { ...clock, tags: member.tags } },
    );
  },
};
