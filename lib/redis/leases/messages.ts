import type { Announced, Announcing } from '../../contracts/read-leases.js';
import type { AnnouncementText } from './wire.js';

// What travels on the channels of one namespace. Each message begins with a letter that says what it is.

/** The answer to a renewal, by the way that announcements take. */
export interface Mark {
  readonly kind: 'mark';
  readonly number: number;
  /** Names the registry. */
  readonly registry: string;
  /** Whether the holder stood in it before. */
  readonly had: boolean;
  /** Of the server that carried the renewal out, as the process that sent it knows it. */
  readonly identity: string;
}

export interface Announcement {
  readonly kind: 'announcement';
  readonly id: string;
  /** The channel on which its writer waits. */
  readonly writer: string;
  readonly what: Announced;
}

export interface Acknowledgement {
  readonly kind: 'acknowledgement';
  readonly holder: string;
  readonly ids: readonly string[];
}

export type Message = Mark | Announcement | Acknowledgement;

/** More keys or tags, or longer ones, are not named one by one. */
const MOST_KEYS = 1_000;
const MOST_BYTES = 65_536;

/**
 * Tags stand behind an `@`, and their clock behind them: where it is not there, or to a build that knows no such
 * announcement, it is one of everything.
 */
export function announcementText(id: string, what: Announcing): AnnouncementText {
  const names = namesIn(what);
  const isClocked = names !== EVERYTHING && what !== 'all' && 'tags' in what;
  return { isClocked, to: (writer) => `a;${id};${writer};${isClocked ? TAGS : ''}${names}` };
}

const EVERYTHING = '*';
const TAGS = '@';
const CLOCKED = /^@(.*);(\d+);(\d+)$/s;

function namesIn(what: Announcing): string {
  if (what === 'all') return EVERYTHING;
  const names = 'tags' in what ? what.tags : what;
  if (names.length > MOST_KEYS) return EVERYTHING;
  const text = JSON.stringify(names);
  return Buffer.byteLength(text) > MOST_BYTES ? EVERYTHING : text;
}

export function acknowledgementText(holder: string, ids: readonly string[]): string {
  return `k;${holder};${ids.join(',')}`;
}

/**
 * `undefined` for what no version of this package sends. An announcement whose keys or tags cannot be read is one of
 * everything: its writer waits for an answer.
 */
export function parseMessage(text: string): Message | undefined {
  const [kind, one = '', two = '', ...others] = text.split(';');
  if (kind === 'm') {
    const [had, ...identity] = others;
    const number = Number(one);
    if (!Number.isSafeInteger(number)) return undefined;
    return { kind: 'mark', number, registry: two, had: had === '1', identity: identity.join(';') };
  }
  if (kind === 'a') return { kind: 'announcement', id: one, writer: two, what: announcedIn(others.join(';')) };
  if (kind === 'k') return { kind: 'acknowledgement', holder: one, ids: two.split(',') };
  return undefined;
}

function announcedIn(text: string): Announced {
  const clocked = CLOCKED.exec(text);
  if (clocked === null) return listIn(text) ?? 'all';
  const [, names = ''] = clocked;
  const [era, seq] = [Number(clocked[2]), Number(clocked[3])];
  const tags = listIn(names);
  if (tags === undefined || !Number.isSafeInteger(era) || !Number.isSafeInteger(seq)) return 'all';
  return { era, seq, tags };
}

function listIn(text: string): readonly string[] | undefined {
  try {
    const names: unknown = JSON.parse(text);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch {
    // It is none.
  }
  return undefined;
}
