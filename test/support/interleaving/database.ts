/** A row that somebody committed, or is about to, as the `version`th of its key. */
export interface Row {
  readonly key: string;
  readonly version: number;
}

/** A read that returned what it must never return. */
export abstract class WrongRead extends Error {}

/** Less than what had been acknowledged before the read began. */
export class StaleRead extends WrongRead {
  override readonly name = 'StaleRead';
}

/** What nobody has committed. */
export class DirtyRead extends WrongRead {
  override readonly name = 'DirtyRead';
}

/**
 * The source of truth, with a version for each key, and the judge of every read (G1): a read returns no version older
 * than the newest one whose invalidation had resolved before the read began, and none that is not committed.
 */
export class Database {
  private readonly rows = new Map<string, Row>();
  private readonly acknowledged = new Map<string, number>();
  private readonly open = new Set<Transaction>();

  read(key: string): Row {
    return this.rows.get(key) ?? { key, version: 0 };
  }

  /** Makes the next version of each key the committed one, at once for all. */
  commit(keys: readonly string[]): Row[] {
    const rows = keys.map((key) => ({ key, version: this.read(key).version + 1 }));
    for (const row of rows) this.rows.set(row.key, row);
    return rows;
  }

  begin(): Transaction {
    const transaction = new Transaction(this, new Map(this.rows), () => this.open.delete(transaction));
    this.open.add(transaction);
    return transaction;
  }

  /**
   * The invalidation that followed these commits has resolved.
   *
   * @param process the only one that it holds for; without it, all
   */
  acknowledge(rows: readonly Row[], process?: number): void {
    for (const { key, version } of rows) {
      this.acknowledged.set(place(key, process), Math.max(this.floor(key, process), version));
    }
  }

  /** The process begins anew: what it alone had to know went with it. */
  forget(process: number): void {
    for (const at of this.acknowledged.keys()) if (at.endsWith(place('', process))) this.acknowledged.delete(at);
  }

  /** The oldest version that a read of the key that begins now may return, in a process or in any. */
  floor(key: string, process?: number): number {
    return Math.max(
      this.acknowledged.get(place(key, undefined)) ?? 0,
      process === undefined ? 0 : (this.acknowledged.get(place(key, process)) ?? 0),
    );
  }

  /**
   * Begins a read of the keys; the answer judges what it returned.
   *
   * @throws WrongRead from the answer
   */
  beginRead(keys: readonly string[], process?: number): (returned: Iterable<Row>) => void {
    const floors = new Map(keys.map((key) => [key, this.floor(key, process)]));
    return (returned) => {
      for (const { key, version } of returned) {
        const floor = floors.get(key);
        if (floor === undefined) throw new StaleRead(`A read of ${keys.join(', ')} returned the row of ${key}.`);
        if (version < floor) {
          throw new StaleRead(`${key} was invalidated at v${floor}, and a read that began later returned v${version}.`);
        }
        if (version > this.read(key).version) {
          throw new DirtyRead(`A read returned ${key} v${version}, which nobody has committed.`);
        }
      }
    };
  }

  /** @param judged whether what was acknowledged can still matter */
  text(judged: boolean): string {
    const committed = [...this.rows.values()].map(({ key, version }) => `${key}=${version}`);
    const floors = judged ? [...this.acknowledged].map(([key, version]) => `${key}>${version}`) : [];
    return [...committed.toSorted(), ...floors.toSorted(), ...[...this.open].map((open) => open.text())].join('\n');
  }
}

/** Sees the rows as they were when it began, and what it wrote itself; others see that once it has committed. */
export class Transaction {
  private readonly written = new Map<string, Row>();

  constructor(
    private readonly database: Database,
    private readonly snapshot: ReadonlyMap<string, Row>,
    private readonly end: () => void,
  ) {}

  read(key: string): Row {
    return this.written.get(key) ?? this.snapshot.get(key) ?? { key, version: 0 };
  }

  write(key: string): Row {
    const row = { key, version: this.database.read(key).version + 1 };
    this.written.set(key, row);
    return row;
  }

  commit(): Row[] {
    this.end();
    return this.database.commit([...this.written.keys()]);
  }

  rollback(): void {
    this.end();
  }

  text(): string {
    return `transaction ${JSON.stringify([[...this.snapshot.values()], [...this.written.values()]])}`;
  }
}

function place(key: string, process: number | undefined): string {
  return process === undefined ? key : `${key} in process ${process}`;
}
