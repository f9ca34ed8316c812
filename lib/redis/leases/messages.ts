import type { Announced } from '../../contracts/read-leases.js';

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

/** More keys, or longer ones, are not named one by one. */
const MOST_KEYS = 1_000;
const MOST_BYTES = 65_536;

export function announcementText(id: string, writer: string, what: Announced): string {
  return `a;${id};${writer};${keysText(what)}`;
}

function keysText(what: Announced): string {
  if (what === 'all' || what.length > MOST_KEYS) return '*';
  const text = JSON.stringify(what);
  return Buffer.byteLength(text) > MOST_BYTES ? '*' : text;
}

export function acknowledgementText(holder: string, ids: readonly string[]): string {
  return `k;${holder};${ids.join(',')}`;
}

/**
 * `undefined` for what no version of this package sends. An announcement whose keys cannot be read is one of
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
  if (kind === 'a') return { kind: 'announcement', id: one, writer: two, what: keysIn(others.join(';')) };
  if (kind === 'k') return { kind: 'acknowledgement', holder: one, ids: two.split(',') };
  return undefined;
}

function keysIn(text: string): Announced {
  try {
    const keys: unknown = JSON.parse(text);
    if (Array.isArray(keys) && keys.every((key) => typeof key === 'string')) return keys;
  } catch {
    // Below.
  }
  return 'all';
}
