import type { Ttl } from '../../common/ttl.js';
import { noTags } from '../options/tag-option.js';
import type { Load } from './load.js';
import { nothingToKeep } from './previous-values.js';
import type { PreviousValue } from './previous-values.js';

/** What a loader is told, and may say of the value that it is about to return. */
export interface LoadContext<V = unknown> {
  readonly namespace: string;
  /** In a load of many, the first one. */
  readonly key: string;
  /** All keys of the load. */
  readonly keys: readonly string[];
  /**
   * Aborts when no caller waits for the value any more: every caller gave up, or the load took longer than
   * `loadTimeout`. What a loader that has taken it returns after that is dropped; one that has not goes on, and what it
   * returns within the fill deadline is stored.
   */
  readonly signal: AbortSignal;
  /**
   * What the cache has of `key`, where an older hit is loaded anew: for a question such as "has it changed since?".
   * `undefined` on a miss, and when the key was invalidated before the loader was called.
   */
  readonly previous: PreviousValue<V> | undefined;
  /** As `previous`, of one of the keys of a load of many. */
  previousOf(key: string): PreviousValue<V> | undefined;
  /**
   * The previous value, to be returned: it has not changed, and lives on as if it had been loaded now. A fill like any
   * other: what was invalidated meanwhile is not stored. Changes that the loader has made to it are dropped.
   *
   * @param key of a load of many. Default: the first
   * @throws CasValueError where there is no previous value
   */
  keep(key?: string): V;
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
export class LoadNotes<V> implements LoadContext<V> {
  ttl: Ttl | undefined = undefined;
  fresh: Ttl | undefined = undefined;
  private readonly skipped = new Set<string>();
  private skipsAll = false;

  constructor(
    readonly namespace: string,
    readonly keys: readonly string[],
    private readonly load: Pick<Load<V>, 'signalForLoader' | 'tags' | 'previous' | 'observed'>,
  ) {}

  get key(): string {
    return this.keys[0] as string;
  }

  /** Made when it is first asked for: few loaders do. */
  get signal(): AbortSignal {
    return this.load.signalForLoader();
  }

  get previous(): PreviousValue<V> | undefined {
    return this.previousOf(this.key);
  }

  previousOf(key: string): PreviousValue<V> | undefined {
    const { previous, observed } = this.load;
    return previous?.of(key, observed.get(key));
  }

  keep(key = this.key): V {
    const { previous, observed } = this.load;
    if (previous === undefined) throw nothingToKeep(this.namespace, key);
    return previous.keep(key, observed.get(key));
  }

  tag(...tags: string[]): void {
    if (this.load.tags?.isAsked !== true) throw noTags(this.namespace, 'ctx.tag');
    this.load.tags.add(tags);
  }

  skip(key?: string): void {
    if (key === undefined) this.skipsAll = true;
    else this.skipped.add(key);
  }

  skips(key: string): boolean {
    return this.skipsAll || this.skipped.has(key);
  }
}
