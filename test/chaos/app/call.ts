import type { SourceTimes } from './source-times.js';

/** One call of a repository: which rows came from the source, and how long it waited for that. */
export class Call {
  readonly loaded = new Set<string>();
  private readonly before: number;

  constructor(
    private readonly rows: readonly string[],
    private readonly times: SourceTimes,
  ) {
    this.before = times.spent(rows);
  }

  /** Until now. A load of somebody else that this call waited for is the source's time too. */
  get sourceMs(): number {
    return this.times.spent(this.rows) - this.before;
  }

  async source<T>(rows: readonly string[], work: () => Promise<T>): Promise<T> {
    try {
      return await this.times.of(rows, work);
    } finally {
      for (const row of rows) this.loaded.add(row);
    }
  }
}
