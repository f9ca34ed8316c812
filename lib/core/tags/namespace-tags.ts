import type { Awaitable } from '../../contracts/awaitable.js';
import type { MissReason } from '../../contracts/outcomes.js';
import type { TagCatchUp, TagClock, TagStamp, TagStore } from '../../contracts/tag-store.js';
import { isPending } from '../../common/attempt.js';
import { FILL_DEADLINE_MS } from '../../common/fill-deadline.js';
import type { Guard } from '../support/guard.js';
import type { Reporter } from '../support/reporter.js';
import { TagMemory } from './tag-memory.js';

/** Rows that one catch-up asks for. What lies further back is asked for by the tags of an entry. */
const MOST_ROWS = 100;

/** Some tags, of which the members can be told. */
export interface TagSet {
  has(tag: string): boolean;
}

/** What else ends an entry for this process, or for the running transaction. */
export interface TagState {
  /** Tags whose invalidation failed and has not landed. `undefined`: there are none. */
  readonly owed: () => TagSet | undefined;
  /** Tags that the running scope has invalidated. */
  readonly written: () => TagSet | undefined;
}

/**
 * The tags of one namespace, as its cache asks of them: whether an entry that was stamped at some time is alive, given
 * the clock that a reader has seen after it arrived.
 *
 * A stamp that is no older than the clock needs nothing more. Otherwise what is known here may tell; otherwise one
 * question to the store does, which several readers share.
 *
 * A process without the option has the tags too where it may meet entries of others that carry some. They are off until
 * it does: nothing is asked, and nothing refused.
 */
export class NamespaceTags {
  private readonly memory = new TagMemory();
  private catching: Promise<unknown> | undefined;
  private longestTtlMs = 0;
  private longestLoadMs = FILL_DEADLINE_MS;
  /** What the store answered last, and what became of it: all reads of a tick have one answer. */
  private asked: unknown;
  private answered: Awaitable<TagClock | undefined>;
  private hasMet = false;
  private readonly listeners: (() => void)[] = [];

  /**
   * @param isAsked whether the namespace has the option here
   * @param isLocal whether the store answers at once, and is asked for everything
   * @param impliedOf the tag that an entry carries by its key, without naming it
   */
  constructor(
    readonly store: TagStore,
    readonly isAsked: boolean,
    private readonly isLocal: boolean,
    private readonly guard: Guard,
    private readonly reporter: Reporter,
    private readonly state: TagState,
    private readonly impliedOf?: ((key: string) => string | undefined) | undefined,
  ) {}

  /** Tags of which this process owes an invalidation. */
  get owed(): TagSet | undefined {
    return this.state.owed();
  }

  /** Tags that the running scope has invalidated. */
  get written(): TagSet | undefined {
    return this.state.written();
  }

  /** Whether entries are stamped, and checked by their stamps. Once they are, they go on to be. */
  get isOn(): boolean {
    return this.isAsked || this.hasMet;
  }

  /** An entry of a process with the option was found. What this process has stored so far carries no stamp. */
  meet(): void {
    if (this.isOn) return;
    this.hasMet = true;
    this.reporter.warnOnce('tags of others', MET(this.reporter.namespace));
    for (const listener of this.listeners) listener();
  }

  whenMet(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** How long an entry may live that was stamped just now, as far as this process knows. */
  get keepMs(): number {
    return this.longestTtlMs + this.longestLoadMs;
  }

  /** An entry of so long a life is about to be stored. */
  noteTtl(ms: number): void {
    if (ms > this.longestTtlMs) this.longestTtlMs = ms;
  }

  /** Loads may take so long: a value is stamped when its load begins. */
  noteLoads(ms: number): void {
    if (ms > this.longestLoadMs) this.longestLoadMs = ms;
  }

  /** What the clock reads, for a read that begins now. `undefined`: nothing can be proven. Never fails. */
  ask(): Awaitable<TagClock | undefined> {
    if (!this.isOn) return undefined;
    let answer: Awaitable<TagClock | undefined>;
    try {
      answer = this.store.current();
    } catch (cause) {
      return this.failed('get', cause);
    }
    if (!isPending(answer)) return answer;
    if (answer !== this.asked) {
      this.asked = answer;
      this.answered = this.guard.within<TagClock | undefined>('get', undefined, answer, () => undefined);
    }
    return this.answered;
  }

  /** The clock for a load that begins later. `undefined`: there is nothing to stamp with. Never fails. */
  begin(): Awaitable<TagClock | undefined> {
    try {
      const taken = this.store.snapshot();
      if (!isPending(taken)) return taken;
      return this.guard.within<TagClock | undefined>('snapshot', undefined, taken, () => undefined);
    } catch (cause) {
      return this.failed('snapshot', cause);
    }
  }

  /**
   * Why an entry of a current generation must not be served, or `undefined` when it may be.
   *
   * @param stamp of the entry. One without may be older than the last clear
   * @param clock that was asked for after the reader arrived
   */
  judge(
    key: string,
    stamp: TagStamp | undefined,
    clock: TagClock | undefined,
  ): MissReason | undefined | Promise<MissReason | undefined> {
    if (!this.isOn) return undefined;
    if (clock === undefined || stamp === undefined || stamp.era !== clock.era) return 'tags-unproven';
    if (this.mayLack(stamp)) return 'other-tags';
    const refused = this.refusal(stamp.tags);
    if (refused !== undefined || stamp.seq >= clock.seq) return refused;
    const whole = this.withImplied(key, stamp);
    if (whole.tags.length === 0) return undefined;
    const known = this.isLocal ? undefined : this.memory.judge(whole, clock);
    if (known !== undefined) return known ? undefined : 'tag-invalidated';
    return this.catchUp(whole, clock);
  }

  /**
   * Whether a caller may have the value of a load that was begun before it came: `undefined` where that cannot be told.
   *
   * @param load the stamp of the load, with the tags that are known of it
   * @param own the clock as the caller saw it after it came
   */
  mayShare(key: string, load: TagStamp | undefined, own: TagClock | undefined): boolean {
    if (load === undefined || own === undefined || load.era !== own.era) return false;
    if (this.refusal(load.tags) !== undefined) return false;
    if (load.seq >= own.seq) return true;
    const whole = this.withImplied(key, load);
    if (!this.isLocal) return this.memory.judge(whole, own) === true;
    return this.catchUp(whole, own) === undefined;
  }

  /** Whether it is known that what was stamped so would serve no read: it must not take the place of what may. */
  isKnownToBeOver(key: string, stamp: TagStamp): boolean {
    if (this.isLocal) return this.judge(key, stamp, this.ask() as TagClock | undefined) !== undefined;
    return this.refusal(stamp.tags) !== undefined || this.memory.judge(this.withImplied(key, stamp), stamp) === false;
  }

  /** Why this process, or the running transaction, must not serve what carries these tags, whatever the store says. */
  refusal(tags: readonly string[]): MissReason | undefined {
    const owed = this.state.owed();
    if (owed !== undefined && tags.some((tag) => owed.has(tag))) return 'invalidation-pending';
    const written = this.state.written();
    return written !== undefined && tags.some((tag) => written.has(tag)) ? 'written-here' : undefined;
  }

  /** Whether an entry may lack tags that this process relies on. */
  mayLack({ mayLackTags }: TagStamp): boolean {
    return this.isAsked && mayLackTags === true;
  }

  /** With the tag that the entry carries by its key. */
  withImplied(key: string, stamp: TagStamp): TagStamp {
    const implied = this.impliedOf?.(key);
    return implied === undefined ? stamp : { era: stamp.era, seq: stamp.seq, tags: [...stamp.tags, implied] };
  }

  private catchUp(stamp: TagStamp, clock: TagClock): MissReason | undefined | Promise<MissReason | undefined> {
    if (!this.isLocal) return this.catchUpLater(stamp, clock);
    return verdict(stamp, this.store.catchUp(stamp.seq, 0, stamp.tags) as TagCatchUp | undefined);
  }

  private async catchUpLater(stamp: TagStamp, clock: TagClock): Promise<MissReason | undefined> {
    if (this.catching !== undefined) {
      await this.catching;
      const known = this.memory.judge(stamp, clock);
      if (known !== undefined) return known ? undefined : 'tag-invalidated';
    }
    const asking = this.askWhatIsNew(stamp);
    this.catching ??= asking;
    const answer = await asking;
    if (this.catching === asking) this.catching = undefined;
    return answer === 'failed' ? 'unavailable' : verdict(stamp, answer);
  }

  private async askWhatIsNew(stamp: TagStamp): Promise<TagCatchUp | undefined | 'failed'> {
    const above = this.memory.askFrom(stamp);
    const asked = async (): Promise<TagCatchUp | undefined> => this.store.catchUp(above, MOST_ROWS, stamp.tags);
    const answer = await this.guard.within<TagCatchUp | undefined | 'failed'>(
      'get',
      undefined,
      asked().catch((cause: unknown) => {
        this.failed('get', cause);
        return 'failed' as const;
      }),
      () => 'failed',
    );
    if (answer !== undefined && answer !== 'failed') this.memory.learn(answer, stamp.tags, above, MOST_ROWS);
    return answer;
  }

  private failed(operation: 'get' | 'snapshot', cause: unknown): undefined {
    this.reporter.fault(operation, undefined, cause);
    return undefined;
  }
}

const MET = (namespace: string): string =>
  `Other processes have the option \`tags\` in namespace "${namespace}", and this one has not. From now on it misses what they have ended by a tag; what it stores carries no tags, and they load it for themselves. Give every process of the namespace \`tags: true\`, and rely on invalidateTags when all have it.`;

/**
 * What the store tells of a stamp that is older than the clock: an entry is alive if nothing of its own was invalidated
 * since it was stamped, as far back as that is known.
 */
export function verdict({ era, seq }: TagStamp, answer: TagCatchUp | undefined): MissReason | undefined {
  if (answer === undefined || answer.era !== era) return 'tags-unproven';
  if (seq < answer.floor || answer.own.some((last) => last !== undefined && last > seq)) return 'tag-invalidated';
  return undefined;
}
