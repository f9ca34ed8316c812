import type { Ttl } from '../../common/ttl.js';

/** What a loader is told, and may say of the value that it is about to return. */
export interface LoadContext {
  readonly namespace: string;
  /** In a load of many, the first one. */
  readonly key: string;
  /** All keys of the load. */
  readonly keys: readonly string[];
  /**
   * Aborts when no caller waits for the value any more: every caller gave up, or the load took longer than
   * `loadTimeout`.
   */
  readonly signal: AbortSignal;
  /** How long the value is to live. Set it to choose; a `CasTtlError` when it is none. */
  ttl: Ttl | undefined;
  /** The soft ttl of the value. Set it to choose. */
  fresh: Ttl | undefined;
  /** The value is returned, but not cached: of a load of many, that of `key`, or without it all. */
  skip(key?: string): void;
}

/** Notes what a loader says. */
export class LoadNotes implements LoadContext {
  ttl: Ttl | undefined = undefined;
  fresh: Ttl | undefined = undefined;
  private readonly skipped = new Set<string>();
  private skipsAll = false;

  constructor(
    readonly namespace: string,
    readonly keys: readonly string[],
    private readonly abort: () => AbortSignal,
  ) {}

  get key(): string {
    return this.keys[0] as string;
  }

  /** Made when it is first asked for: few loaders do. */
  get signal(): AbortSignal {
    return this.abort();
  }

  skip(key?: string): void {
    if (key === undefined) this.skipsAll = true;
    else this.skipped.add(key);
  }

  skips(key: string): boolean {
    return this.skipsAll || this.skipped.has(key);
  }
}
