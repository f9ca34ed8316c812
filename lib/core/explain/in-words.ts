import { historyInWords } from '../../common/history-in-words.js';
import type { MissReason } from '../../contracts/outcomes.js';
import type { FillRefusal } from '../access/access-policy.js';
import type { Explanation, ExplainedCopy, TagsExplanation } from './explanation.js';

/** Why a read would miss. A new reason has to say it. */
const WHY: Readonly<Record<MissReason, string>> = {
  absent: 'there is no entry: it was never stored, has expired, or was evicted',
  stale: 'the entry is of a generation that has ended: the key was invalidated since it was loaded',
  'generation-absent': 'no generation is current: it was lost or has expired, so that the entry proves nothing',
  'tag-invalidated': 'one of its tags was invalidated, or its partition cleared, since it was loaded',
  'tags-unproven':
    'the clock of the tags is not the one that it was stamped by: the namespace was cleared, or it is lost',
  'other-tags': 'it carries not all of the tags that the call names',
  vetoed: 'the `readGuard` of the namespace does not let it pass, or fails',
  corrupt: 'the entry is no frame, or a damaged one',
  'unknown-frame': 'the entry is a frame that only a newer build, or a process whose namespace has tags, can read',
  undecodable: 'the codec cannot read the entry: another codec, a missing key, or another shape',
  open: 'a writer has the key open by a write intent, or its intent ran out and no load has come since',
  'written-here': 'the running transaction has written the key, and reads its own writes from the source',
  'invalidation-pending': 'an invalidation failed in this process and has not landed, so that it serves none of it',
  unavailable: 'a store did not answer, or is not asked since the breaker is open',
  disabled: 'the cache is disabled or closed',
};

const NO_FILL: Readonly<Record<FillRefusal, string>> = {
  disabled: 'the cache is disabled or closed',
  'invalidation-pending': 'an invalidation of it has not landed',
  'inside-transaction': 'this is inside a transaction',
  'intents-may-be-lost': 'its Redis may have lost open write intents a moment ago',
  'breaker-open': 'the breaker is open',
};

type Said = Omit<Explanation, 'verdict' | 'text'>;

/** @param key as it may stand in a log */
export function explanationInWords(said: Said, key: string): Pick<Explanation, 'verdict' | 'text'> {
  const verdict = verdictOf(said);
  const version = said.valueVersion === undefined ? '' : `, version ${said.valueVersion}`;
  const lines = [
    `${said.namespace}: key ${key}${version}: ${verdict}`,
    `generation: ${generationOf(said.generation)}`,
    ...(said.copies.length === 0 ? ['no entry'] : said.copies.map(copyOf)),
    ...around(said),
    ...said.faults.map(({ of, error }) => `not answered: ${of} (${nameOf(error)})`),
    ...(said.history === undefined ? [] : [`seen here: ${historyInWords(said.history)}`]),
  ];
  return { verdict, text: lines.join('\n  ') };
}

export function tagsInWords(said: Omit<TagsExplanation, 'text'>, redact: (tag: string) => string): string {
  const { namespace, clock, floor, tags, faults } = said;
  const at = clock === undefined ? 'is lost, or was never begun' : `reads ${clock.seq} of era ${clock.era}`;
  const lines = tags.map(({ tag, invalidatedAt, owed, writtenHere }) => {
    const when = invalidatedAt === undefined ? 'no invalidation is known' : `last invalidated at ${invalidatedAt}`;
    const own = `${owed ? '; this process owes an invalidation' : ''}${writtenHere ? '; invalidated in this transaction' : ''}`;
    return `tag ${redact(tag)}: ${when}${own}`;
  });
  const older = floor === undefined ? [] : [`invalidations up to ${floor} are not known one by one`];
  const unanswered = faults.map(({ of, error }) => `not answered: ${of} (${nameOf(error)})`);
  return [`${namespace}: the clock of the tags ${at}`, ...lines, ...older, ...unanswered].join('\n  ');
}

function verdictOf({ hit, reason, copies }: Said): string {
  if (!hit) return `a read would miss (${reason}): ${WHY[reason as MissReason]}`;
  const copy = copies.find(({ refused }) => refused === undefined);
  if (copy?.leased === true) return 'a read would hit, and ask nothing: the read lease stands for the entry';
  if (copy?.freshness === 'expired') return 'a read would hit, and load it anew: it is past its soft ttl';
  return 'a read would hit';
}

function generationOf({ state, number, writers, openForMs }: Said['generation']): string {
  if (state === 'current') return String(number);
  if (state !== 'open' || writers === undefined) return state;
  return writers === 0 ? 'open, and no writer has time left' : `open, by ${writers}, for ${inTime(openForMs ?? 0)}`;
}

function copyOf(copy: ExplainedCopy): string {
  const { place, tier, kind, bytes, generation, ttlLeftMs, ageMs, freshness, tags, leased, refused } = copy;
  const facts = [
    bytes === undefined ? kind : `${kind}, ${bytes} bytes`,
    generation === undefined ? undefined : `generation ${generation}`,
    ttlLeftMs === undefined ? undefined : `ttl left ${inTime(ttlLeftMs)}`,
    ageMs === undefined ? undefined : `age ${inTime(ageMs)}, ${freshness}`,
    copy.class === undefined ? undefined : `class ${copy.class}`,
    tags === undefined || tags.length === 0
      ? undefined
      : `${tags.length} tags, ${tags.filter(({ state }) => state !== 'alive').length} of them not alive`,
    leased ? 'leased' : undefined,
    refused === undefined ? 'current' : `refused: ${refused}`,
  ];
  const name = tier === undefined ? place : `${place} (${tier})`;
  return `${name}: ${facts.filter((fact) => fact !== undefined).join('; ')}`;
}

function around(said: Said): string[] {
  const { fillRefused, owedForMs, writtenHere, breakerOpen, readLease } = said;
  return [
    owedForMs === undefined ? [] : `an invalidation has been owed for ${inTime(owedForMs)}`,
    writtenHere ? 'written in this transaction' : [],
    breakerOpen ? 'the breaker is open' : [],
    fillRefused === undefined ? [] : `nothing would be stored: ${NO_FILL[fillRefused]}`,
    readLease === undefined
      ? []
      : `read lease: ${readLease.held ? 'held' : 'not held'}, ${readLease.holders ?? 'an unknown number of'} holders`,
  ].flat();
}

/** Of an error of elsewhere no more than what cannot hold a key or a value. */
function nameOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

function inTime(ms: number): string {
  if (ms === Infinity) return 'for ever';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 100) / 10;
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 6) / 10} min`;
}
