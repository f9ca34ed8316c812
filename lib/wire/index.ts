export { decodeBulk, encodeBulk } from './bulk-frame.js';
export type { BulkMember, BulkMemberInput } from './bulk-frame.js';
export { decodeSingle, encodeSingle } from './single-frame.js';
export type { SingleEntry } from './single-frame.js';
export { decodeStamped, encodeStamped } from './stamped-frame.js';
export type { StampedEntry } from './stamped-frame.js';
export type { Stamp } from '../contracts/stamp.js';
export { CasCorruptFrameError, CasUnknownFrameError } from '../errors.js';
export { bulkKey, generationKey, singleKey, unversionedKey } from '../keys/storage-keys.js';
