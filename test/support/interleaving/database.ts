/** A row that somebody committed as the `version`th of its key. */
export interface Row {
  readonly key: string;
  readonly version: number;
}

/** A read that returned less than what had been acknowledged before it began: what must never happen. */
export class StaleRead extends Error {
  override readonly name = 'StaleRead';
}

/**
 * The source of truth, with a version for each key, and the judge of every read (G1): a read returns no version older
 * than the newest one whose invalidation had resolved before the read began.
 */
export class Database {
  private readonly rows = new Map<string, Row>();
  private readonly acknowledged = new Map<string, number>();

  read(key: string): Row {
    return this.rows.get(key) ?? { key, version: 0 };
  }

  /** Makes the next version of each key the committed one, at once for all. */
  commit(keys: readonly string[]): Row[] {
    return keys.map((key) => {
      const row = { key, version: this.read(key).version + 1 };
      this.rows.set(key, row);
      return row;
    });
  }

  /** The invalidation that followed these commits has resolved. */
  acknowledge(rows: readonly Row[]): void {
    for (const { key, version } of rows) this.acknowledged.set(key, Math.max(this.floor(key), version));
  }

  /** The oldest version that a read of the key that begins now may return. */
  floor(key: string): number {
    return this.acknowledged.get(key) ?? 0;
  }

  /**
   * Begins a read of the keys; the answer judges what it returned.
   *
   * @throws StaleRead from the answer
   */
  beginRead(keys: readonly string[]): (returned: Iterable<Row>) => void {
    const floors = new Map(keys.map((key) => [key, this.floor(key)]));
    return (returned) => {
      for (const { key, version } of returned) {
        const floor = floors.get(key);
        if (floor === undefined) throw new StaleRead(`A read of ${keys.join(', ')} returned the row of ${key}.`);
        if (version < floor) {
          throw new StaleRead(`${key} was invalidated at v${floor}, and a read that began later returned v${version}.`);
        }
      }
    };
  }
}
