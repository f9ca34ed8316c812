import { HEADER_BYTES, KIND_BULK, KIND_SINGLE, KIND_STAMPED, MAGIC, VERSION } from '../../wire/layout.js';
import { ALLOW_OOM, NO_WRITES, extend, held, script } from './script-text.js';

/**
 * `KEYS` any → what each of them holds, then how many milliseconds each of them still has: -1 for ever, -2 for nothing
 * there. As MGET, it takes what is no string for nothing.
 */
export const READ_TIMED = script(
  NO_WRITES,
  `
local found = redis.call('MGET', unpack(KEYS))
for i = 1, #KEYS do
  found[#KEYS + i] = found[i] and redis.call('PTTL', KEYS[i]) or -2
end
return found
`,
);

// Scripts that write or remove entries. A frame of a kind or format version that this build does not know is a newer
// build's: to overwrite it would make the two builds take each other's entries away, read after read. So is a tagged
// frame to a namespace without tags, whose own frames are of the kinds that all know. One with tags writes tagged
// frames, and an entry may always take the place of one of its own kind.

const KNOWN = { first: KIND_SINGLE, last: Math.max(KIND_BULK, KIND_STAMPED) } as const;
const MAGIC_TEXT = Buffer.from(MAGIC.toString(16), 'hex').toString('latin1');

/**
 * Where the user may not read a part of an entry, the whole of it is looked at.
 *
 * @param kind what the kind of the entry that is to be stored is, asked only where a frame is there whose kind not all
 *   know
 */
const isNewer = (key: string, kind: string): string => `
local head = redis.pcall('GETRANGE', ${key}, 0, ${HEADER_BYTES - 1})
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  ${held('all', key)}
  head = type(all) == 'string' and string.sub(all, 1, ${HEADER_BYTES})
end
local newer = false
if type(head) == 'string' and #head == ${HEADER_BYTES} and string.sub(head, 1, 4) == '${MAGIC_TEXT}' then
  local version, kind = string.byte(head, 5, 6)
  newer = version ~= ${VERSION} or (kind < ${KNOWN.first} or kind > ${KNOWN.last}) and kind ~= ${kind}
end
`;

/** @param entry a whole frame */
const kindOf = (entry: string): string => `string.byte(${entry}, ${HEADER_BYTES})`;

/**
 * `KEYS` generation, value · `ARGV` observed generation, its least ttl, entry, entry's ttl → 1: stored, 0: moved on, 2:
 * a newer build's frame stays.
 */
export const SET_IF = script(
  '',
  `
${held('found', 'KEYS[1]')}
if found ~= ARGV[1] then return 0 end
${isNewer('KEYS[2]', kindOf('ARGV[3]'))}
if newer then return 2 end
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
${extend('ARGV[2]')}
return 1
`,
);

/** `KEYS` value · `ARGV` entry, its ttl → 1: stored, 2: a newer build's frame stays. */
export const SET_ENTRY = script(
  '',
  `
${isNewer('KEYS[1]', kindOf('ARGV[1]'))}
if newer then return 2 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`,
);

/**
 * `KEYS` value · `ARGV` the kind of the entry that was refused → 1: nothing is left there, 2: a newer build's frame
 * stays. It takes no memory.
 */
export const REFUSE_ENTRY = script(
  ALLOW_OOM,
  `
${isNewer('KEYS[1]', 'tonumber(ARGV[1])')}
if newer then return 2 end
redis.call('UNLINK', KEYS[1])
return 1
`,
);

/**
 * `KEYS` bulk entry · `ARGV` the members that are to go, as they stand in a frame → 1: it is gone, 0: it has none of
 * them. Bytes that only look like a member cost a frame, and what is no bulk frame of this version goes too, since it
 * may hold any.
 */
export const UNLINK_BULK = script(
  ALLOW_OOM,
  `
${held('frame', 'KEYS[1]')}
if not frame then return 0 end
local isBulk = type(frame) == 'string' and string.sub(frame, 1, ${HEADER_BYTES}) == '${MAGIC_TEXT}' .. string.char(${VERSION}, ${KIND_BULK})
if isBulk and #ARGV > 0 then
  local has = false
  for _, member in ipairs(ARGV) do
    has = has or string.find(frame, member, ${HEADER_BYTES}, true) ~= nil
  end
  if not has then return 0 end
end
redis.call('UNLINK', KEYS[1])
return 1
`,
);
