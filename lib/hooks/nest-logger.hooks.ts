import type { CacheEvent, CasHooks } from '../contracts/hooks.js';
import { historyInWords } from '../common/history-in-words.js';
import { CasCacheError } from '../errors.js';
import { firstFrame } from './first-frame.js';

/** The part of a logger that is used. Nest's `Logger` has it, and so has `console`. */
export interface FaultLogger {
  error(message: string): unknown;
  warn(message: string): unknown;
  log(message: string): unknown;
}

export interface NestLoggerHooksOptions {
  readonly logger: FaultLogger;
  /** Turns a key into what may be logged, such as `redactKey`. */
  readonly redactKey: (key: string) => string;
  /** Faults of one kind are logged at most once in so many milliseconds. Default 10,000. */
  readonly intervalMs?: number | undefined;
  /** Milliseconds. Default `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

type Event<T extends CacheEvent['type']> = Extract<CacheEvent, { type: T }>;

interface Kind {
  until: number;
  suppressed: number;
}

/** Bounds what is remembered: beyond it, kinds that could be logged again are forgotten. */
const MAX_KINDS = 256;
/** Of the history of a key, in a line. */
const MOST_RECORDS = 5;

/**
 * Logs faults, entries that cannot be read, stores that are not asked any more, lost write intents, and warnings. Those
 * of one kind (namespace, operation, error) share one line per interval, which says how many it stands for. Keys are
 * redacted. An error of another library is logged by what cannot hold a key or a value: its name and code, the message
 * of a system error, and of a refresh the place in the code that it comes from.
 */
export class NestLoggerHooks implements CasHooks {
  readonly events: readonly CacheEvent['type'][];
  /** What each event has to say, or `undefined` for one that does not belong into a log. A new event has to choose. */
  private readonly lines: { readonly [T in CacheEvent['type']]: ((event: Event<T>) => void) | undefined } = {
    fault: (event) => this.fault(event),
    heal: (event) => this.heal(event),
    breaker: (event) => this.breaker(event),
    'intent-lost': (event) => this.intentLost(event),
    mismatch: (event) => this.mismatch(event),
    warning: ({ namespace, message }) => this.options.logger.warn(`${namespace}: ${message}`),
    hit: undefined,
    miss: undefined,
    stale: undefined,
    fill: undefined,
    'bulk-fill': undefined,
    invalidate: undefined,
    'invalidate-tags': undefined,
    clear: undefined,
    'pending-invalidations': undefined,
    'load-begin': undefined,
    'load-end': undefined,
    'load-join': undefined,
    operation: undefined,
  };
  private readonly kinds = new Map<string, Kind>();
  /** Breakers that were said to be open. That such a one closed is logged, whatever came in between. */
  private readonly open = new Set<string>();
  private readonly intervalMs: number;
  private readonly clock: () => number;

  constructor(private readonly options: NestLoggerHooksOptions) {
    this.events = (Object.keys(this.lines) as CacheEvent['type'][]).filter((type) => this.lines[type] !== undefined);
    this.intervalMs = options.intervalMs ?? 10_000;
    this.clock = options.clock ?? Date.now;
  }

  onEvent(event: CacheEvent): void {
    (this.lines[event.type] as ((event: CacheEvent) => void) | undefined)?.(event);
  }

  /** A refresh fails in code of the application, which its own error does not name: its first frame does. */
  private fault(event: Event<'fault'>): void {
    const { operation, cause } = event;
    const frame = operation === 'refresh' ? firstFrame(cause) : undefined;
    this.log(event, operation, 'failed', cause, frame === undefined ? '' : ` at ${frame}`);
  }

  private heal(event: Event<'heal'>): void {
    // An entry that is merely out of date is no news. One that cannot be read may be the end of all hits.
    if (event.cause === undefined) return;
    this.log(event, event.bulk ? 'the bulk entry' : 'the entry', `was ${event.reason} and deleted`, event.cause);
  }

  private log(
    { namespace, key }: Event<'fault' | 'heal'>,
    what: string,
    happened: string,
    cause: unknown,
    where = '',
  ): void {
    const suppressed = this.admit(`${namespace} ${what} ${kindOf(cause)}`);
    if (suppressed === undefined) return;
    const at = key === undefined ? '' : ` of key ${this.options.redactKey(key)}`;
    this.options.logger.error(`${namespace}: ${what}${at} ${happened}: ${describe(cause)}${where}${more(suppressed)}`);
  }

  private breaker({ namespace, open, part }: Event<'breaker'>): void {
    const name = `${namespace} breaker ${part ?? ''}`;
    const stores = part === undefined ? 'the stores' : `the part ${part} of the stores`;
    if (open) {
      const suppressed = this.admit(name);
      if (suppressed === undefined) return;
      this.open.add(name);
      this.options.logger.warn(
        `${namespace}: ${stores} failed repeatedly: reads go to the source at once, until a probe is answered${more(suppressed)}`,
      );
    } else if (this.open.delete(name)) {
      this.options.logger.log(`${namespace}: ${stores} answered a probe: reads use the cache again`);
    }
  }

  private mismatch({ namespace, key, paths, history }: Event<'mismatch'>): void {
    const suppressed = this.admit(`${namespace} mismatch`);
    if (suppressed === undefined) return;
    const before = history === undefined ? '' : `; seen here: ${historyInWords(history.slice(-MOST_RECORDS))}`;
    this.options.logger.warn(
      `${namespace}: the entry of key ${this.options.redactKey(key)} is out of date: it differs from the source at ${paths.join(', ')}, and nothing has invalidated it${before}${more(suppressed)}`,
    );
  }

  private intentLost({ namespace, keys }: Event<'intent-lost'>): void {
    const suppressed = this.admit(`${namespace} intent-lost`);
    const [key] = keys;
    if (suppressed === undefined || key === undefined) return;
    const others = keys.length === 1 ? '' : ` and ${keys.length - 1} more`;
    this.options.logger.warn(
      `${namespace}: the write intent on key ${this.options.redactKey(key)}${others} ran out or was lost before the write had ended: until its invalidation readers may have been served the old value${more(suppressed)}`,
    );
  }

  /** How many of the kind were held back since the last one that was logged; `undefined` when this one is too. */
  private admit(name: string): number | undefined {
    const now = this.clock();
    const kind = this.kinds.get(name);
    if (kind !== undefined && now < kind.until) {
      kind.suppressed++;
      return undefined;
    }
    if (this.kinds.size >= MAX_KINDS) this.forget(now);
    this.kinds.set(name, { until: now + this.intervalMs, suppressed: 0 });
    return kind?.suppressed ?? 0;
  }

  private forget(now: number): void {
    for (const [name, kind] of this.kinds) if (now >= kind.until) this.kinds.delete(name);
    // All of them recent: the oldest goes, at the price of a line too many.
    const [oldest] = this.kinds.keys();
    if (this.kinds.size >= MAX_KINDS && oldest !== undefined) this.kinds.delete(oldest);
  }
}

function more(suppressed: number): string {
  return suppressed === 0 ? '' : ` (and ${suppressed} more of this kind since the last such line)`;
}

function kindOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.cause !== undefined) return kindOf(cause.cause);
  if (cause instanceof CasCacheError)
    return `${cause.code} ${cause.cause === undefined ? '' : kindOf(cause.cause)}`.trim();
  if (!(cause instanceof Error)) return typeof cause;
  return [cause.name, codeOf(cause)].filter((part) => part !== undefined).join(' ');
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return `a ${typeof cause} was thrown`;
  if (cause instanceof AggregateError && cause.cause !== undefined) return describe(cause.cause);
  if (cause instanceof CasCacheError) {
    const reason = cause.cause === undefined ? '' : ` [${describe(cause.cause)}]`;
    return `${cause.code}: ${cause.message}${reason}`;
  }
  const isSystemError = typeof (cause as { syscall?: unknown }).syscall === 'string';
  return isSystemError ? cause.message : kindOf(cause);
}

/** The code of an error, or the word in capitals with which a Redis server begins its errors. */
function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  return error.name === 'ReplyError' ? /^[A-Z]+/.exec(error.message)?.[0] : undefined;
}
