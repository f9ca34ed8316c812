import { ABSENT, OPEN } from '../../contracts/generation-store.js';
import type { GenerationReading, GenerationStore } from '../../contracts/generation-store.js';
import type { Awaitable } from '../../contracts/awaitable.js';
import type { InspectedGeneration } from '../../contracts/inspection.js';
import type { TagCatchUp } from '../../contracts/tag-store.js';
import { attempt } from '../../common/attempt.js';
import { CasMalformedGenerationError } from '../../errors.js';
import { assertKey } from '../../keys/assert-key.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import type { AccessPolicy, CacheState } from '../access/access-policy.js';
import type { ReadGuard } from '../options/read-guard.js';
import { noTags } from '../options/tag-option.js';
import type { Freshness } from '../stores/freshness.js';
import type { Place, PlacedEntry } from '../stores/entry-place.js';
import type { Guard } from '../support/guard.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';
import type { Announcements } from '../writing/announcements.js';
import type { Explanation, ExplainOptions, TagsExplanation } from './explanation.js';
import type { History } from './history.js';
import { explanationInWords, tagsInWords } from './in-words.js';
import { CopyJudge, LOST } from './judged-copy.js';
import type { JudgedCopy } from './judged-copy.js';
import { verdictOf } from './verdicts.js';
import type { JudgedPlace } from './verdicts.js';

/** What a look at one cache needs of its parts. */
export interface ExplainParts<V> {
  readonly keys: NamespaceKeys;
  readonly places: readonly Place<V>[];
  readonly generations: Pick<GenerationStore, 'current' | 'inspect'>;
  readonly policy: AccessPolicy;
  readonly state: Pick<CacheState, 'pending' | 'breaker' | 'written'>;
  readonly tags: NamespaceTags | undefined;
  readonly announcements: Announcements;
  readonly freshness: Freshness;
  readonly guard: Guard;
  readonly readGuard: ReadGuard | undefined;
  readonly history: History | undefined;
  readonly now: () => number;
  readonly redactKey: (key: string) => string;
}

interface Fault {
  readonly of: string;
  readonly error: Error;
}

/**
 * Finds out what a read would do, by looks alone: nothing is healed, issued, counted or reported, and no entry is moved
 * among those that were used lately.
 */
export class Explainer<V> {
  constructor(private readonly parts: ExplainParts<V>) {}

  /**
   * Everything is asked for in one tick, so that it can travel together.
   *
   * @throws CasKeyError
   */
  async explain(key: string, { value: withValue = false }: ExplainOptions = {}): Promise<Explanation<V>> {
    const { keys, places, policy, state, tags, announcements, history } = this.parts;
    const { namespace, valueVersion } = keys;
    assertKey(key, namespace);
    const refused = policy.look(key)?.reason;
    const faults: Fault[] = [];
    const lease = announcements.current;
    const [found, clock, looked, ...entries] = await Promise.all([
      this.generation(key, faults),
      tags && this.ask('the clock of the tags', faults, () => tags.store.current()),
      lease && this.ask('read leases', faults, () => lease.look()),
      ...places.map((place) => this.ask(place.name, faults, () => place.look(key))),
    ]);
    const judge = new CopyJudge<V>({
      freshness: this.parts.freshness,
      now: this.parts.now,
      tags,
      clock,
      lease,
      catchUp: async (stamp) =>
        this.ask('tags', faults, async () => (await tags?.store.catchUp(stamp.seq, 0, stamp.tags)) ?? LOST),
    });
    const judged: JudgedPlace<JudgedCopy<V>>[] = [];
    for (const [i, place] of places.entries()) {
      const copies = entries[i] as readonly PlacedEntry<V>[] | undefined;
      judged.push({
        inCells: place.inCells,
        failed: copies === undefined,
        copies: await Promise.all((copies ?? []).map((copy) => judge.judge(key, place.name, copy, found.reading))),
      });
    }
    const verdict = verdictOf(judged, found.reading);
    const proven = refused === undefined ? verdict.copy : undefined;
    const isVetoed = proven !== undefined && !(await this.mayPass(key, proven.value as V));
    const reason = refused ?? verdict.reason ?? (isVetoed ? 'vetoed' : undefined);
    const copies = judged.flatMap((each) => each.copies);
    const hit = isVetoed ? undefined : proven;
    const known = copies.find((copy) => copy.explained.tags !== undefined)?.explained.tags;
    const explanation: Omit<Explanation<V>, 'verdict' | 'text'> = {
      namespace,
      key,
      valueVersion,
      hit: hit !== undefined,
      reason,
      generation: found.generation,
      copies: copies.map(({ explained }) => explained),
      fillRefused: policy.lookAtFill(key),
      owedForMs: state.pending.heldFor(key),
      writtenHere: state.written()?.holds(key) === true,
      breakerOpen: state.breaker.isOpenFor(keys.generation(key)),
      readLease: lease && { held: false, holders: undefined, ...looked },
      ...(tags && { tagClock: clock }),
      faults,
      history: history?.of(
        key,
        known?.map(({ tag }) => tag),
      ),
      ...(withValue && hit !== undefined && { value: hit.value as V }),
    };
    return { ...explanation, ...explanationInWords(explanation, this.parts.redactKey(key)) };
  }

  /**
   * @param given without duplicates, at most 1,000
   * @throws CasConfigError in a namespace without tags
   */
  async explainTags(given: readonly string[]): Promise<TagsExplanation> {
    const { keys, tags, redactKey } = this.parts;
    const { namespace } = keys;
    if (tags === undefined) throw noTags(namespace, 'explainTags');
    const faults: Fault[] = [];
    // Rows above a number that none reaches are none: the answer is about these tags alone.
    const asking = async (): Promise<TagCatchUp | undefined> => tags.store.catchUp(Number.MAX_SAFE_INTEGER, 0, given);
    const [clock, told] = await Promise.all([
      this.ask('the clock of the tags', faults, () => tags.store.current()),
      this.ask('tags', faults, asking),
    ]);
    const { owed, written } = tags;
    const explanation: Omit<TagsExplanation, 'text'> = {
      namespace,
      clock,
      floor: told?.floor,
      tags: given.map((tag, i) => ({
        tag,
        invalidatedAt: told?.own[i],
        owed: owed?.has(tag) === true,
        writtenHere: written?.has(tag) === true,
      })),
      faults,
    };
    return { ...explanation, text: tagsInWords(explanation, redactKey) };
  }

  /** What the guard of the application says of a hit. One that fails has refused it. */
  private async mayPass(key: string, value: V): Promise<boolean> {
    const { readGuard } = this.parts;
    return readGuard === undefined || (await this.attempt(() => readGuard(key, value))) === true;
  }

  private async generation(key: string, faults: Fault[]): Promise<FoundGeneration> {
    const { generations, keys } = this.parts;
    const name = keys.generation(key);
    const look = async (): Promise<InspectedGeneration> =>
      generations.inspect === undefined ? { reading: await generations.current(name) } : generations.inspect(name);
    const found = await this.attempt(look);
    if (!(found instanceof Error)) return foundGeneration(found);
    faults.push({ of: 'the generation', error: found });
    const isMalformed = found instanceof CasMalformedGenerationError;
    return {
      reading: isMalformed ? ABSENT : undefined,
      generation: {
        state: isMalformed ? 'malformed' : 'unavailable',
        number: undefined,
        writers: undefined,
        openForMs: undefined,
      },
    };
  }

  /** `undefined` where there is no answer, which is noted. */
  private async ask<T>(of: string, faults: Fault[], look: () => Awaitable<T>): Promise<T | undefined> {
    const answer = await this.attempt(look);
    if (!(answer instanceof Error)) return answer;
    faults.push({ of, error: answer });
    return undefined;
  }

  private attempt<T>(look: () => Awaitable<T>): Promise<T | Error> {
    const { guard } = this.parts;
    return guard.orLate<T | Error>(attempt(look), () => guard.timeout('get', undefined));
  }
}

interface FoundGeneration {
  /** `undefined`: the store did not answer. */
  readonly reading: GenerationReading | undefined;
  readonly generation: Explanation['generation'];
}

function foundGeneration({ reading, writers, openForMs }: InspectedGeneration): FoundGeneration {
  const isOpen = reading === OPEN;
  const state = isOpen ? 'open' : reading === ABSENT ? 'absent' : 'current';
  const number = state === 'current' ? (reading as number) : undefined;
  return { reading, generation: { state, number, writers, openForMs: isOpen ? openForMs : undefined } };
}
