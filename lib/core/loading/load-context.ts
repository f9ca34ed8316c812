import type { Ttl } from '../../common/ttl.js';
import { noTags } from '../options/tag-option.js';
import type { LoadTags } from './load-tags.js';

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
  /**
   * In a namespace with tags: the value carries these tags as well. For those that only the loader knows, such as the
   * rows of a list; the others are better named beforehand, by the option `tags`.
   *
   * @throws CasTagError for what is no tag, and for more than an entry carries; CasConfigError in a namespace without
   */
  tag(...tags: string[]): void;
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
    private readonly tags: LoadTags | undefined,
  ) {}

  get key(): string {
    return this.keys[0] as string;
  }

  /** Made when it is first asked for: few loaders do. */
  get signal(): AbortSignal {
    return this.abort();
  }

  tag(...tags: string[]): void {
    if (this.tags === undefined) throw noTags(this.namespace, 'ctx.tag');
    this.tags.add(tags);
  }

  skip(key?: string): void {
    if (key === undefined) this.skipsAll = true;
    else this.skipped.add(key);
  }

  skips(key: string): boolean {
    return this.skipsAll || this.skipped.has(key);
  }
}
