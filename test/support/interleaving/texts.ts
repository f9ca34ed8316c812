import type { Stamp } from '../../../lib/contracts/stamp.js';
import type { TagStamp } from '../../../lib/contracts/tag-store.js';
import { decodeBulk } from '../../../lib/wire/bulk-frame.js';
import { KIND_SINGLE, KIND_STAMPED, KIND_TAGGED, KIND_TAGGED_BULK } from '../../../lib/wire/layout.js';
import { decodeSingle } from '../../../lib/wire/single-frame.js';
import { decodeStamped } from '../../../lib/wire/stamped-frame.js';
import { decodeTaggedBulk } from '../../../lib/wire/tagged-bulk-frame.js';
import { decodeTagged } from '../../../lib/wire/tagged-frame.js';

/**
 * Simulated servers issue from here on, so that a generation is known by its size: no other number here is as large.
 */
export const FIRST_GENERATION = 1_000_000_000;

const LEAST_DIGITS = 10;
const LARGE = new RegExp(`\\d{${LEAST_DIGITS},}`, 'g');

/** Where names of a run stand in a text: they are changed for others, so that equal states get equal texts. */
export const GENERATION_MARK = '\u0001';
export const TOKEN_MARK = '\u0002';

/** What the writer of a run is called in the store: by the number of the actor, and how many names he had before. */
export function tokenName(actor: number, count: number): string {
  return `token${actor}x${count}`;
}

const TOKEN = /^token(\d+)x/;

/** The number of the actor whose token it is. */
export function actorOf(token: string): number {
  return Number(TOKEN.exec(token)?.[1] ?? -1);
}

/** A value as a text, with what is renamed marked. Values that differ have texts that differ. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.startsWith('token') ? `${TOKEN_MARK}${value};` : numbersMarked(value);
  if (typeof value === 'number') return value >= FIRST_GENERATION ? `${GENERATION_MARK}${value};` : `${value}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Uint8Array) return frameText(value);
  if (value instanceof Error) return value.name;
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  return `{${Object.entries(value)
    .map(([name, each]) => `${name}:${textOf(each)}`)
    .join(',')}}`;
}

/** What Redis answers is text. */
function numbersMarked(text: string): string {
  return text.length < LEAST_DIGITS ? text : text.replace(LARGE, (digits) => `${GENERATION_MARK}${digits};`);
}

/** Found once for each frame. A WeakMap would cost more than it saves, with frames that live so shortly. */
const TEXT = Symbol('text');

function frameText(frame: Uint8Array & { [TEXT]?: string }): string {
  if (frame[TEXT] !== undefined) return frame[TEXT];
  const text = members(frame)
    .map(({ gen, payload, stamp, tagged }) => {
      const since = stamp === undefined ? '' : `${stamp.storedAt}+${stamp.freshMs} `;
      const tags = tagged === undefined ? '' : textOf(tagged);
      return `<${textOf(gen)}${since}${tags}${numbersMarked(Buffer.from(payload).toString('latin1'))}>`;
    })
    .join('');
  Object.defineProperty(frame, TEXT, { value: text });
  return text;
}

interface Member {
  readonly gen: number;
  readonly payload: Uint8Array;
  readonly stamp?: Stamp | undefined;
  readonly tagged?: TagStamp | undefined;
}

function members(frame: Uint8Array): readonly Member[] {
  try {
    if (frame[5] === KIND_SINGLE) return [decodeSingle(frame)];
    if (frame[5] === KIND_TAGGED) return [decodeTagged(frame)];
    if (frame[5] === KIND_TAGGED_BULK) return decodeTaggedBulk(frame).members;
    return frame[5] === KIND_STAMPED ? [decodeStamped(frame)] : decodeBulk(frame);
  } catch {
    return [{ gen: 0, payload: frame }];
  }
}
