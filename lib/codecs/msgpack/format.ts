/**
 * The bytes of `MsgpackCodec`: MessagePack as specified, and one extension type for each kind of value that MessagePack
 * has no type for. A message of plain data has no extension and is read by any MessagePack library.
 *
 * ```text
 * type  name       body
 * 0x00  UNDEFINED  00
 * 0x01  SAME       n:u32            the n-th object of the message once more: shared references and cycles
 * 0x02  DATE       ms:f64           NaN for an invalid date
 * 0x03  BIGINT     sign:u8 magnitude   big-endian; 64 bits and less are int 64 and uint 64
 * 0x04  MAP        { key value }    as many as the body holds
 * 0x05  SET        { value }
 * 0x06  ERROR      kind:u8 properties:map
 * 0x07  REGEXP     source:str flags:str
 * 0x08  BYTES      kind:u8 bytes    little-endian elements; a Buffer is `bin`
 * 0x09  UTF16      units            a string with lone surrogates, little-endian
 * ```
 *
 * Objects are counted in the order in which they begin, from 0, by writer and reader alike; `SAME` names them so.
 *
 * Read and written here, not by a library, because of what is read: bytes from a store that others may write to. No
 * library that was tried does all of this: carry these values or refuse them, leave prototypes alone, bound its time
 * and its memory, and keep no state from one message to the next.
 *
 * A message never begins with a byte below 0x80 (a positive fixint), so that text, which other codecs write, is never
 * taken for a number: a small integer at the root is written as uint 8.
 */
export const EXT = {
  undefined: 0x00,
  same: 0x01,
  date: 0x02,
  bigint: 0x03,
  map: 0x04,
  set: 0x05,
  error: 0x06,
  regexp: 0x07,
  bytes: 0x08,
  utf16: 0x09,
} as const;

/** The lowest byte that a message begins with; see above. */
export const FIRST_ROOT = 0x80;

/** How deep objects may lie in each other, both ways: far more than data needs, far less than the stack holds. */
export const MAX_DEPTH = 1000;

/**
 * The errors that keep their class. The index is the kind. A subclass comes back as the first that it is an instance
 * of.
 */
export const ERRORS = [
  Error,
  AggregateError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
] as const;

/** Properties that an error has on its own, but does not enumerate. */
export const HIDDEN_IN_ERRORS: ReadonlySet<string> = new Set(['name', 'message', 'cause', 'errors']);
