import type { TagCatchUp, TagClock, TagStore, TagStores } from '../../contracts/tag-store.js';
import type { Follower } from '../../contracts/follower.js';
import { CasConfigError } from '../../errors.js';
import type { GenerationFloor } from '../cells/generation-floor.js';
import type { KeyNames } from '../cells/key-names.js';
import { wholeMs } from '../cells/retention.js';
import { caughtUp, issuedClock, MARKS, readClock } from '../cells/tag-cells.js';
import type { Batch } from '../connection/batch.js';
import type { Reply } from '../connection/read-batcher.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { isNonLocalKey, isTryAgain } from '../scripts/redis-errors.js';
import { followerOf } from '../scripts/redis-follower.js';
import type { RedisFollower } from '../scripts/redis-follower.js';
import type { Argument, ScriptRunner } from '../scripts/script-runner.js';
import type { Script } from '../scripts/script-text.js';
import { CATCH_UP, CLEAR_TAGS, CLOCK_ALONE, INVALIDATE_TAGS, SNAPSHOT_TAGS } from '../scripts/tag-scripts.js';

/** So many tags of a namespace are remembered at most, of 120 bytes each or so. */
export const MOST_ROWS = 1_000_000;

type Connection = Pick<RedisConnection, 'reads' | 'scripts' | 'durable' | 'kept' | 'isCluster'>;

/** Tags in a Redis: for each namespace two cells, the clock and what was invalidated, in one slot of a Cluster. */
export class RedisTags implements TagStores {
  private readonly stores = new Map<string, RedisTagStore>();

  constructor(
    private readonly connection: Connection,
    private readonly names: KeyNames,
    private readonly floor: GenerationFloor,
    private readonly mostRows = MOST_ROWS,
  ) {}

  /** @throws CasConfigError in a Cluster, for a key prefix that leaves the two cells no common slot */
  of(namespace: string): RedisTagStore {
    let store = this.stores.get(namespace);
    if (store === undefined) {
      if (!this.names.tagsTogether(namespace)) {
        throw new CasConfigError(
          'Tags need two keys in one slot of the Cluster, and no name gives them one behind a key prefix that has a "{" and no whole hash tag: choose another prefix.',
          { namespace },
        );
      }
      store = new RedisTagStore(this.connection, this.names, this.floor, namespace, this.mostRows);
      this.stores.set(namespace, store);
      if (this.stores.size === 1) this.connection.kept.add(this.keep);
    }
    return store;
  }

  private readonly keep = (): void => {
    for (const store of this.stores.values()) store.keep();
  };
}

/** A question for the clock that is on its way, or about to be. */
interface Asked {
  readonly batch: Batch<Reply>;
  readonly answer: Promise<TagClock | undefined>;
}

/**
 * The tags of one namespace. Every step on both cells is one script, and the clock alone is read with whatever else is
 * read in its tick.
 */
export class RedisTagStore implements TagStore {
  private readonly clock: string;
  private readonly table: string;
  private asked: Asked | undefined;
  private isUsed = false;

  constructor(
    private readonly connection: Connection,
    names: KeyNames,
    private readonly floor: GenerationFloor,
    namespace: string,
    private readonly mostRows: number,
  ) {
    this.clock = names.tagClock(namespace);
    this.table = names.tagTable(namespace);
  }

  /** All who ask in one tick get one promise, and take one place in its request. */
  current(): Promise<TagClock | undefined> {
    const { asked } = this;
    // Once it was sent, the reply may be older than an invalidation that the caller knows of.
    if (asked !== undefined && !asked.batch.isSent) return asked.answer;
    this.isUsed = true;
    const { batch, index } = this.connection.reads.placeAlone(this.clock);
    const answer = batch.ended.then(() => {
      if (this.asked?.batch === batch) this.asked = undefined;
      const clock = readClock(batch.takeAt(index));
      return clock && this.seen(clock);
    });
    this.asked = { batch, answer };
    return answer;
  }

  async snapshot(): Promise<TagClock> {
    return this.step(this.connection.scripts, SNAPSHOT_TAGS, []);
  }

  async invalidate(tags: readonly string[], keepMs: number, follower?: Follower): Promise<TagClock> {
    const args = [this.mostRows, wholeMs(keepMs) * 1_000, ...tags];
    return this.step(this.connection.durable, INVALIDATE_TAGS, args, followerOf(follower, this.connection));
  }

  async clear(): Promise<TagClock> {
    return this.step(this.connection.durable, CLEAR_TAGS, []);
  }

  async catchUp(above: number, most: number, tags: readonly string[]): Promise<TagCatchUp | undefined> {
    // The marks are among the members, and must not take the place of rows.
    const call = { keys: [this.table], args: [above, most + MARKS, ...tags] };
    const found = caughtUp(await this.connection.scripts.run(CATCH_UP, call), most);
    return found && this.seen(found);
  }

  /** Looks at both cells, so that a server which evicts what was not used for long takes others first. */
  keep(): void {
    if (!this.isUsed) return;
    this.current().catch(() => undefined);
    this.connection.scripts.run(CATCH_UP, { keys: [this.table], args: ['+inf', 0] }).catch(() => undefined);
  }

  /** A step on both cells, or, where the Cluster cannot give it both, on the clock alone. */
  private async step(
    scripts: ScriptRunner,
    script: Script,
    args: readonly Argument[],
    follower?: RedisFollower,
  ): Promise<TagClock> {
    this.isUsed = true;
    const { clock, table, floor } = this;
    const both = { keys: [clock, table], args: [floor.value, ...args] };
    const reply = await scripts.run(script, both, follower).catch((error: unknown) => {
      if (!isTryAgain(error) && !isNonLocalKey(error)) throw error;
      return scripts.run(CLOCK_ALONE, { keys: [clock], args: [floor.value, script === SNAPSHOT_TAGS ? 1 : 0] });
    });
    return this.seen(issuedClock(reply));
  }

  private seen<T extends TagClock>(clock: T): T {
    this.floor.see(clock.era);
    this.floor.see(clock.seq);
    return clock;
  }
}
