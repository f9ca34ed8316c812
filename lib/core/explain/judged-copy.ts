import { ABSENT, OPEN } from '../../contracts/generation-store.js';
import type { GenerationReading } from '../../contracts/generation-store.js';
import type { MissReason } from '../../contracts/outcomes.js';
import type { TagCatchUp, TagClock, TagStamp } from '../../contracts/tag-store.js';
import type { ParsedEntry } from '../stores/checked-entry.js';
import type { Freshness } from '../stores/freshness.js';
import type { PlacedEntry, PlaceName } from '../stores/entry-place.js';
import type { NearLease } from '../stores/near-lease.js';
import { verdict } from '../tags/namespace-tags.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';
import type { ExplainedCopy, TagState } from './explanation.js';
import type { Judged } from './verdicts.js';

/** The store answered that what it knew of tags is lost. */
export const LOST = Symbol('lost');

/** What is known for all copies of a key. */
export interface JudgeParts {
  readonly freshness: Freshness;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly tags: NamespaceTags | undefined;
  /** What the clock of the tags reads now. */
  readonly clock: TagClock | undefined;
  readonly lease: NearLease | undefined;
  /** What was invalidated since the stamp. `undefined`: the store did not answer. */
  readonly catchUp: (stamp: TagStamp) => Promise<TagCatchUp | typeof LOST | undefined>;
}

export interface JudgedCopy<V> extends Judged {
  readonly explained: ExplainedCopy;
  /** Only of a copy that a read would have. */
  readonly value: V | undefined;
}

interface TagsJudged {
  readonly refused: MissReason | undefined;
  readonly states: ExplainedCopy['tags'];
}

/** Judges copies of an entry as a read does, and does nothing about what it finds. */
export class CopyJudge<V> {
  constructor(private readonly parts: JudgeParts) {}

  /** @param reading of the generation: `undefined` where the store did not answer */
  async judge(
    key: string,
    place: PlaceName,
    copy: PlacedEntry<V>,
    reading: GenerationReading | undefined,
  ): Promise<JudgedCopy<V>> {
    const { parsed, tier, kind, bytes, remainingMs } = copy;
    const ttlLeftMs = remainingMs === undefined ? undefined : Math.floor(remainingMs);
    const said = { place, tier, kind, bytes, ttlLeftMs };
    if (typeof parsed === 'string') return judged<V>({ ...said, ...NOTHING, refused: parsed }, undefined);
    const { gen: generation, stamp, tagged } = parsed;
    const own = {
      ...said,
      generation,
      storedAt: stamp?.storedAt,
      ageMs: stamp && Math.max(0, this.parts.now() - stamp.storedAt),
      freshness: stamp && this.parts.freshness.judge(key, generation, stamp),
    };
    const { refused: byTags, states: tags } = await this.tagsOf(key, tagged);
    const leased = this.parts.lease && copy.leased(this.parts.lease);
    const current = reading === undefined ? undefined : copy.current(reading);
    const refused = leased === undefined ? (refusalBy(reading, current) ?? byTags) : undefined;
    const answer = { ...own, tags, leased: leased !== undefined, class: undefined };
    if (refused !== undefined) return judged<V>({ ...answer, refused }, undefined);
    try {
      const value = leased === undefined ? copy.value(current as NonNullable<typeof current>, undefined) : leased();
      return judged({ ...answer, class: classOf(value), refused }, value);
    } catch {
      return judged<V>({ ...answer, refused: 'undecodable' }, undefined);
    }
  }

  /** What became of its tags, and whether that keeps a read from having it. */
  private async tagsOf(key: string, stamp: TagStamp | undefined): Promise<TagsJudged> {
    const { tags, clock } = this.parts;
    if (tags === undefined) return { refused: undefined, states: undefined };
    if (stamp === undefined) return { refused: 'tags-unproven', states: undefined };
    const states = (of: (tag: string, i: number) => TagState): ExplainedCopy['tags'] =>
      stamp.tags.map((tag, i) => ({ tag, state: this.hereOf(tag) ?? of(tag, i) }));
    if (clock === undefined || stamp.era !== clock.era) {
      return { refused: 'tags-unproven', states: states(() => 'unknown') };
    }
    if (tags.mayLack(stamp)) return { refused: 'other-tags', states: states(() => 'unknown') };
    const refused = tags.refusal(stamp.tags);
    const whole = tags.withImplied(key, stamp);
    if (whole.tags.length === 0 || stamp.seq >= clock.seq) return { refused, states: states(() => 'alive') };
    const told = await this.parts.catchUp(whole);
    if (told === undefined) return { refused: refused ?? 'unavailable', states: states(() => 'unknown') };
    if (told === LOST) return { refused: refused ?? 'tags-unproven', states: states(() => 'unknown') };
    const isForgotten = stamp.seq < told.floor;
    return {
      refused: refused ?? verdict(whole, told),
      states: states((_, i) => {
        if ((told.own[i] ?? 0) > stamp.seq) return 'invalidated';
        return isForgotten ? 'unknown' : 'alive';
      }),
    };
  }

  /** What this process, or its running transaction, has against a tag. */
  private hereOf(tag: string): TagState | undefined {
    const { tags } = this.parts;
    if (tags?.owed?.has(tag) === true) return 'owed';
    return tags?.written?.has(tag) === true ? 'written-here' : undefined;
  }
}

/** Of what cannot be read. */
const NOTHING = {
  generation: undefined,
  storedAt: undefined,
  ageMs: undefined,
  freshness: undefined,
  class: undefined,
  tags: undefined,
  leased: false,
} as const;

function judged<V>(explained: ExplainedCopy, value: V | undefined): JudgedCopy<V> {
  const { refused, leased, freshness } = explained;
  return { explained, refused, leased, freshness, value };
}

function refusalBy(
  reading: GenerationReading | undefined,
  current: ParsedEntry<unknown> | undefined,
): MissReason | undefined {
  if (reading === undefined) return 'unavailable';
  if (current !== undefined) return undefined;
  if (reading === OPEN) return 'open';
  return reading === ABSENT ? 'generation-absent' : 'stale';
}

/** The name of the class of a value, or its type where it has none. */
function classOf(value: unknown): string {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  const prototype: unknown = Object.getPrototypeOf(value);
  const name: unknown = (prototype as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'object';
}
