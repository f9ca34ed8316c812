import { WrongRead } from './database.js';
import type { Database, Row } from './database.js';
import { userKey } from './namespace.js';
import type { Stage } from './stage.js';

/** A hit that was not what the database held when it was checked. */
export class UnequalHit extends WrongRead {
  override readonly name = 'UnequalHit';
}

/**
 * What is promised of hits: that they are fresh after an invalidation, or that they equal what is committed. The second
 * implies the first, because nothing is acknowledged that is not committed.
 */
export type Promised = 'G1' | 'G2';

/**
 * Judges hits (G2): a hit equals the committed version at the moment of its check, which is the last command of its
 * actor that read the key's generation before the cache said that it has hit. What a read shares of somebody's load is
 * none.
 */
export class Judge {
  private readonly checked = new Map<string, number>();
  /** What was committed when the last hit of an actor was checked, by actor and key. */
  private readonly hits = new Map<string, number | undefined>();

  constructor(
    private readonly stage: Stage,
    private readonly database: Database,
    readonly promised: Promised,
  ) {
    if (promised === 'G1') return;
    stage.checks = (keys, atOnce) => this.check(keys.map(userKey), atOnce);
    stage.hits = (key) => this.hit(key);
  }

  /** Whoever is on now begins to read the keys. */
  begin(keys: readonly string[]): void {
    for (const key of keys) this.hits.delete(this.place(key));
  }

  /**
   * This is what came of it.
   *
   * @throws UnequalHit
   */
  end(rows: readonly Row[]): void {
    for (const { key, version } of rows) {
      const place = this.place(key);
      if (!this.hits.has(place)) continue;
      const committed = this.hits.get(place);
      if (version !== committed) {
        throw new UnequalHit(`A hit returned ${key} v${version}, and when it was checked v${committed} was committed.`);
      }
    }
  }

  private hit(key: string): void {
    const committed = this.checked.get(this.place(key));
    this.hits.set(this.place(key), committed);
    this.stage.note(`a hit of ${key} is to be v${committed}`);
  }

  private check(keys: readonly string[], atOnce: boolean): void {
    for (const key of keys) {
      const { version } = this.database.read(key);
      this.checked.set(this.place(key), version);
      // A hit that is returned at once is judged at once, and a miss never.
      if (!atOnce) this.stage.note(`${key} v${version} is committed`);
    }
  }

  private place(key: string): string {
    return `${this.stage.onNow} ${key}`;
  }
}
