/** How long somebody in this process was waiting for the source, row by row. */
export class SourceTimes {
  private readonly rows = new Map<string, { waiting: number; since: number; spentMs: number }>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** While `work` lasts, the rows are asked for. */
  async of<T>(rows: readonly string[], work: () => Promise<T>): Promise<T> {
    for (const row of rows) this.begin(row);
    try {
      return await work();
    } finally {
      for (const row of rows) this.end(row);
    }
  }

  /**
   * In milliseconds, until now; of several rows that which was asked for longest. Questions that overlap count once.
   */
  spent(rows: readonly string[]): number {
    return rows.map((row) => this.spentOn(row)).reduce((longest, ms) => Math.max(longest, ms), 0);
  }

  private spentOn(row: string): number {
    const { waiting, since, spentMs } = this.entry(row);
    return waiting > 0 ? spentMs + this.now() - since : spentMs;
  }

  private begin(row: string): void {
    const entry = this.entry(row);
    if (entry.waiting++ === 0) entry.since = this.now();
  }

  private end(row: string): void {
    const entry = this.entry(row);
    if (--entry.waiting === 0) entry.spentMs += this.now() - entry.since;
  }

  private entry(row: string): { waiting: number; since: number; spentMs: number } {
    let entry = this.rows.get(row);
    if (entry === undefined) this.rows.set(row, (entry = { waiting: 0, since: 0, spentMs: 0 }));
    return entry;
  }
}
