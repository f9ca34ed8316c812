import { describe, expect, it } from '@jest/globals';
import { CACHE_EVENT_TYPES, CACHE_OPERATIONS, MEASURED_EVENT_TYPES } from '../../../../../lib/contracts/hooks.js';
import { MISS_REASONS, SET_OUTCOMES, STALE_REASONS, UNUSABLE_REASONS } from '../../../../../lib/contracts/outcomes.js';
import { Reporter } from '../../../../../lib/core/support/reporter.js';
import { RecordedEvents } from '../../../../support/core/recorded-events.js';

const CAUSE = new Error('cause');

const LOAD = { namespace: 'user', id: 7, keys: ['k'], refresh: false } as const;
const OPERATION = { operation: 'get', key: 'k', keys: 1, hits: 1, ok: true, durationMs: 0.25 } as const;

/** Each kind of thing that can happen, the event it makes, and what it counts. */
const HAPPENINGS: readonly {
  readonly name: string;
  readonly happen: (reporter: Reporter) => void;
  readonly event: object;
  readonly counts: object;
}[] = [
  {
    name: 'a hit',
    happen: (reporter) => reporter.hit('k'),
    event: { type: 'hit', key: 'k', bulk: false },
    counts: { hits: 1 },
  },
  {
    name: 'a hit of a bulk read',
    happen: (reporter) => reporter.hit('k', true),
    event: { type: 'hit', key: 'k', bulk: true },
    counts: { hits: 1 },
  },
  ...MISS_REASONS.map((reason) => ({
    name: `a miss: ${reason}`,
    happen: (reporter: Reporter) => reporter.miss('k', reason),
    event: { type: 'miss', key: 'k', reason },
    counts: { misses: { [reason]: 1 } },
  })),
  ...SET_OUTCOMES.map((outcome) => ({
    name: `a fill: ${outcome}`,
    happen: (reporter: Reporter) => reporter.fill('k', outcome),
    event: { type: 'fill', key: 'k', outcome },
    counts: { fills: { [outcome]: 1 } },
  })),
  ...STALE_REASONS.map((reason) => ({
    name: `a stale hit: ${reason}`,
    happen: (reporter: Reporter) => reporter.stale('k', reason, reason === 'failed-load' ? CAUSE : undefined),
    event: { type: 'stale', key: 'k', reason, ...(reason === 'failed-load' && { cause: CAUSE }) },
    counts: { stale: { [reason]: 1 } },
  })),
  {
    name: 'a warning',
    happen: (reporter) => reporter.warnOnce('topic', 'message'),
    event: { type: 'warning', message: 'message' },
    counts: {},
  },
  {
    name: 'a bulk fill with a frame',
    happen: (reporter) => reporter.bulkFill(3, 'stored', true),
    event: { type: 'bulk-fill', keys: 3, outcome: 'stored', bulk: true },
    counts: { bulkFills: 1 },
  },
  {
    name: 'a bulk fill without a frame',
    happen: (reporter) => reporter.bulkFill(3, 'stale', false),
    event: { type: 'bulk-fill', keys: 3, outcome: 'stale', bulk: false },
    counts: { bulkFills: 0 },
  },
  {
    name: 'an invalidation',
    happen: (reporter) => reporter.invalidate('k', 7),
    event: { type: 'invalidate', key: 'k', generation: 7 },
    counts: { invalidations: 1 },
  },
  {
    name: 'an invalidation of tags',
    happen: (reporter) => reporter.invalidateTags(['a', 'b']),
    event: { type: 'invalidate-tags', tags: ['a', 'b'] },
    counts: { tagInvalidations: 2 },
  },
  {
    name: 'a change of what is pending',
    happen: (reporter) => reporter.pending({ keys: 2, tags: 0, oldestMs: 40, wholeNamespace: false }),
    event: { type: 'pending-invalidations', keys: 2, tags: 0, oldestMs: 40, wholeNamespace: false },
    counts: {},
  },
  {
    name: 'an intent that was opened, and lost',
    happen: (reporter) => {
      reporter.intentOpened();
      reporter.intentLost(['k']);
    },
    event: { type: 'intent-lost', keys: ['k'] },
    counts: { intents: { opened: 1, lost: 1 } },
  },
  {
    name: 'a breaker that opens',
    happen: (reporter) => reporter.breaker(true, '127.0.0.1:7000'),
    event: { type: 'breaker', open: true, part: '127.0.0.1:7000' },
    counts: {},
  },
  {
    name: 'a hit that was compared with its source, and is out of date',
    happen: (reporter) => {
      reporter.checked();
      reporter.mismatch({ key: 'k', generation: 7, paths: ['$.name'], history: undefined });
    },
    event: { type: 'mismatch', key: 'k', generation: 7, paths: ['$.name'], history: undefined },
    counts: { verified: { checked: 1, mismatches: 1 } },
  },
  {
    name: 'a load that begins',
    happen: (reporter) => reporter.loadBegins({ ...LOAD, type: 'load-begin' }),
    event: { ...LOAD, type: 'load-begin' },
    counts: {},
  },
  {
    name: 'a load that ends',
    happen: (reporter) =>
      reporter.loadEnds({ ...LOAD, type: 'load-end', outcome: 'loaded', durationMs: 1.5, shared: 2 }),
    event: { ...LOAD, type: 'load-end', outcome: 'loaded', durationMs: 1.5, shared: 2 },
    counts: {},
  },
  {
    name: 'a load that is joined',
    happen: (reporter) => reporter.sharedLoad(['k', 'l'], 7),
    event: { type: 'load-join', id: 7, keys: ['k', 'l'] },
    counts: { loads: { shared: 2 } },
  },
  {
    name: 'an operation',
    happen: (reporter) => reporter.operation(OPERATION),
    event: { type: 'operation', ...OPERATION },
    counts: {},
  },
  { name: 'a clear', happen: (reporter) => reporter.clear(), event: { type: 'clear' }, counts: { clears: 1 } },
  ...UNUSABLE_REASONS.map((reason) => ({
    name: `a self-heal: ${reason}`,
    happen: (reporter: Reporter) => reporter.heal('k', reason),
    event: { type: 'heal', key: 'k', bulk: false, reason },
    counts: { heals: { [reason]: 1 } },
  })),
  {
    name: 'a self-heal of a bulk entry',
    happen: (reporter) => reporter.heal(undefined, 'stale'),
    event: { type: 'heal', key: undefined, bulk: true, reason: 'stale' },
    counts: { heals: { stale: 1 } },
  },
  ...CACHE_OPERATIONS.map((operation) => ({
    name: `an error: ${operation}`,
    happen: (reporter: Reporter) => reporter.fault(operation, 'k', CAUSE),
    event: { type: 'fault', operation, key: 'k', cause: CAUSE },
    counts: { faults: { [operation]: 1 } },
  })),
];

/** The sum of every count. */
function total(stats: object): number {
  return Object.values(stats).reduce<number>((sum, value: unknown) => {
    if (typeof value === 'number') return sum + value;
    return typeof value === 'object' && value !== null ? sum + total(value) : sum;
  }, 0);
}

const GIVEN = {
  enabled: true,
  pendingInvalidations: { keys: 0, tags: 0, oldestMs: 0, wholeNamespace: false },
  breakerOpen: false,
};

describe('what is reported', () => {
  it('is, in the cases below, every event that there is', () => {
    const events = new RecordedEvents(CACHE_EVENT_TYPES);
    for (const { happen } of HAPPENINGS) happen(new Reporter('user', [events]));
    expect(new Set(events.all.map(({ type }) => type))).toEqual(new Set(CACHE_EVENT_TYPES));
  });

  it.each(HAPPENINGS)('$name: one event, one count', ({ happen, event, counts }) => {
    const events = new RecordedEvents(CACHE_EVENT_TYPES);
    const reporter = new Reporter('user', [events]);
    happen(reporter);
    expect(events.all).toEqual([{ namespace: 'user', ...event }]);
    const stats = reporter.stats(GIVEN);
    expect(stats).toMatchObject({ namespace: 'user', enabled: true, ...counts });
    expect(total(stats)).toBe(total(counts));
  });

  it('to hooks that name no events: all but what costs something to tell', () => {
    const events = new RecordedEvents();
    for (const { happen } of HAPPENINGS) happen(new Reporter('user', [events]));
    const told = CACHE_EVENT_TYPES.filter((type) => !MEASURED_EVENT_TYPES.includes(type));
    expect(new Set(events.all.map(({ type }) => type))).toEqual(new Set(told));
    expect(MEASURED_EVENT_TYPES).toEqual(['load-begin', 'load-end', 'load-join', 'operation']);
  });

  it('is counted when nobody listens', () => {
    const reporter = new Reporter('user', []);
    for (const { happen } of HAPPENINGS) happen(reporter);
    expect(total(reporter.stats(GIVEN))).toBe(total(HAPPENINGS.map(({ counts }) => counts)));
  });

  it('stats() is a copy', () => {
    const reporter = new Reporter('user', []);
    const before = reporter.stats(GIVEN);
    for (const group of [before, before.misses, before.fills, before.intents, before.heals, before.faults]) {
      for (const name of Object.keys(group)) Reflect.set(group, name, 99);
    }
    reporter.hit('k');
    expect(reporter.stats({ ...GIVEN, enabled: false })).toMatchObject({
      namespace: 'user',
      enabled: false,
      hits: 1,
      misses: { absent: 0 },
      fills: { stored: 0 },
      heals: { stale: 0 },
      faults: { get: 0 },
    });
  });

  it('a warning is said once for each topic', () => {
    const events = new RecordedEvents();
    const reporter = new Reporter('user', [events]);
    for (const topic of ['one', 'other', 'one', 'other']) reporter.warnOnce(topic, `about ${topic}`);
    expect(events.all).toEqual([
      { type: 'warning', namespace: 'user', message: 'about one' },
      { type: 'warning', namespace: 'user', message: 'about other' },
    ]);
  });
});
