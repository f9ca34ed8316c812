/**
 * Wire format v1. Integers are unsigned and big-endian; nothing follows the last byte.
 *
 * ```text
 * single   0        4     5     6          14         18
 *          | "CASC" |  1  |  1  | gen: u64 | len: u32 | payload: len bytes |
 *
 * bulk     0        4     5     6        10
 *          | "CASC" |  1  |  2  | n: u32 | member | member | … n of them
 *
 * stamped  0        4     5     6          14               22             30         34
 *          | "CASC" |  1  |  3  | gen: u64 | storedAt: u64  | freshMs: u64 | len: u32 | payload: len bytes |
 *
 * tagged   0        4     5     6          14         22         30          31
 *          | "CASC" |  1  |  4  | gen: u64 | era: u64 | seq: u64 | flags: u8 | stamp | n: u8 |
 *          | tag | … n of them | len: u32 | payload: len bytes |
 *
 * tagged   0        4     5     6          14         22       26
 * bulk     | "CASC" |  1  |  5  | era: u64 | seq: u64 | n: u32 | tagged member | … n of them
 *
 * stamp    only with bit 0 of the flags:  | storedAt: u64 | freshMs: u64 |
 * flags    bit 1: its writer had not the option `tags`, and so may not have named all of them
 * tag      | tagLen: u16 | tag: tagLen bytes |
 *
 * member   0             2                    2+keyLen   10+keyLen  14+keyLen
 *          | keyLen: u16 | key: keyLen bytes  | gen: u64 | len: u32 | payload: len bytes |
 *
 * tagged member
 *          | keyLen: u16 | key: keyLen bytes  | gen: u64 | n: u8 | tag | … n of them | len: u32 | payload: len bytes |
 * ```
 *
 * A key is 1 to 65,535 bytes of UTF-8. A stamped frame is a single entry with a soft ttl: `storedAt` is in milliseconds
 * since 1970, `freshMs` in milliseconds and at least 1. Entries without one are frames of kind 1. A tagged frame is a
 * single entry of a namespace with tags, with a soft ttl or without: at most 64 tags, of 1 to 512 bytes of UTF-8 each.
 * A tagged bulk frame has the values of many keys of such a namespace, under the clock of the oldest of them. Each kind
 * has its own file, and `readHeader` tells them apart.
 *
 * Kinds 1 and 2 are those of the Go library cascache, tags v0.1.0 and v0.2.0, byte for byte.
 */

/** "CASC" */
export const MAGIC = 0x43415343;
export const VERSION = 1;
export const KIND_SINGLE = 1;
export const KIND_BULK = 2;
export const KIND_STAMPED = 3;
export const KIND_TAGGED = 4;
export const KIND_TAGGED_BULK = 5;
/** Every kind of version 1 that all builds of it know: one without tags takes tagged frames for a newer build's. */
export const KINDS: ReadonlySet<number> = new Set([KIND_SINGLE, KIND_BULK, KIND_STAMPED]);

/** magic, version, kind */
export const HEADER_BYTES = 6;
export const GENERATION_BYTES = 8;
export const LENGTH_BYTES = 4;
export const KEY_LENGTH_BYTES = 2;
export const TAG_LENGTH_BYTES = 2;

/** Up to the payload of a single frame. */
export const SINGLE_HEADER_BYTES = HEADER_BYTES + GENERATION_BYTES + LENGTH_BYTES;
/** Up to the payload of a stamped frame. */
export const STAMPED_HEADER_BYTES = SINGLE_HEADER_BYTES + 8 + 8;
/** Up to the stamp of a tagged frame, or, where it has none, up to the count of its tags. */
export const TAGGED_FIXED_BYTES = HEADER_BYTES + GENERATION_BYTES + 8 + 8 + 1;
/** Of a tagged frame without a stamp and without a tag, up to its payload. */
export const TAGGED_LEAST_BYTES = TAGGED_FIXED_BYTES + 1 + LENGTH_BYTES;
/** Up to the first member of a bulk frame. */
export const BULK_HEADER_BYTES = HEADER_BYTES + 4;
/** A member without its key and its payload. */
export const MEMBER_FIXED_BYTES = KEY_LENGTH_BYTES + GENERATION_BYTES + LENGTH_BYTES;
/** The shortest member has a key of one byte and no payload. */
export const MEMBER_LEAST_BYTES = MEMBER_FIXED_BYTES + 1;

/** Up to the first member of a tagged bulk frame. */
export const TAGGED_BULK_HEADER_BYTES = HEADER_BYTES + 8 + 8 + 4;
/** A tagged member without its key, its tags and its payload. */
export const TAGGED_MEMBER_FIXED_BYTES = MEMBER_FIXED_BYTES + 1;
/** The shortest tagged member has a key of one byte, no tag and no payload. */
export const TAGGED_MEMBER_LEAST_BYTES = TAGGED_MEMBER_FIXED_BYTES + 1;

/** What a u16 can count. */
export const MAX_KEY_BYTES = 0xffff;
/** What a u32 can count. */
export const MAX_PAYLOAD_BYTES = 0xffff_ffff;
