/** One call of a repository: how much of its time the source took, and which rows came from there. */
export class Call {
  sourceMs = 0;
  readonly loaded = new Set<string>();

  async source<T>(rows: readonly string[], work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      this.sourceMs += performance.now() - begun;
      for (const row of rows) this.loaded.add(row);
    }
  }
}
