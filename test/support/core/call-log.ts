/** One call that reached a part. `keys` are as the part was given them. */
export interface Call {
  readonly part: string;
  readonly op: string;
  readonly keys: readonly string[];
}

/** What was asked of the parts of a cache, in order, so that a test can say which steps a path takes. */
export class CallLog {
  readonly calls: Call[] = [];

  note(part: string, op: string, keys: readonly string[]): void {
    this.calls.push({ part, op, keys });
  }

  /** `entries.get`, `generations.snapshot`, … and what a test noted itself. */
  steps(): string[] {
    return this.calls.map(({ part, op }) => `${part}.${op}`);
  }

  of(step: string): Call[] {
    return this.calls.filter(({ part, op }) => `${part}.${op}` === step);
  }

  forget(): void {
    this.calls.length = 0;
  }
}
