import type { CasCacheStats } from '../contracts/stats.js';

/** The value of a metric for a namespace, and the labels besides. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric that is read from the stats of a namespace when it is asked for. */
export interface Family {
  /** Without the prefix. Counters end with `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** Besides `namespace`. None of them is ever a key or a tag: their values are words of this package. */
  readonly labels: readonly string[];
  readonly samples: (stats: CasCacheStats) => readonly Sample[];
}

const one = (value: number, labels: Sample['labels'] = {}): Sample => ({ labels, value });

/** A sample for each word. */
const each = (counts: Readonly<Record<string, number>>, label: string, more: Sample['labels'] = {}): Sample[] =>
  Object.entries(counts).map(([word, value]) => one(value, { ...more, [label]: word }));

const family = (
  type: Family['type'],
  name: string,
  help: string,
  labels: readonly string[],
  samples: Family['samples'],
): Family => ({ type, name, help, labels, samples });

const SECONDS = 1_000;

/** All that a scrape shows of what `stats()` says. */
export const FAMILIES: readonly Family[] = [
  family('counter', 'reads_total', 'Keys read, by outcome; misses by reason.', ['outcome', 'reason'], (stats) => [
    one(stats.hits, { outcome: 'hit', reason: '' }),
    ...each(stats.misses, 'reason', { outcome: 'miss' }),
  ]),
  family(
    'counter',
    'loads_total',
    'Loaders called, by whether they failed or took too long.',
    ['outcome'],
    ({ loads }) => [one(loads.run - loads.failed, { outcome: 'loaded' }), one(loads.failed, { outcome: 'failed' })],
  ),
  family('counter', 'loads_shared_total', 'Keys whose caller waited for a load that was running.', [], ({ loads }) => [
    one(loads.shared),
  ]),
  family(
    'counter',
    'stale_served_total',
    'Hits past their soft ttl that were served, by reason.',
    ['reason'],
    (stats) => each(stats.stale, 'reason'),
  ),
  family(
    'counter',
    'fills_total',
    'Single entries filled, by outcome; stale: a load that a write overtook.',
    ['outcome'],
    (stats) => each(stats.fills, 'outcome'),
  ),
  family('counter', 'bulk_fills_total', 'Bulk entries written.', [], ({ bulkFills }) => [one(bulkFills)]),
  family('counter', 'invalidations_total', 'Keys, tags and whole namespaces invalidated.', ['kind'], (stats) => [
    one(stats.invalidations, { kind: 'key' }),
    one(stats.tagInvalidations, { kind: 'tag' }),
    one(stats.clears, { kind: 'clear' }),
  ]),
  family('gauge', 'pending_invalidations', 'Invalidations that failed and are owed still.', ['kind'], (stats) => [
    one(stats.pendingInvalidations.keys, { kind: 'key' }),
    one(stats.pendingInvalidations.tags, { kind: 'tag' }),
    one(stats.pendingInvalidations.wholeNamespace ? 1 : 0, { kind: 'namespace' }),
  ]),
  family(
    'gauge',
    'pending_invalidations_age_seconds',
    'For how long the oldest of them has been owed.',
    [],
    (stats) => [one(stats.pendingInvalidations.oldestMs / SECONDS)],
  ),
  family('gauge', 'breaker_open', 'Whether reads go past the stores, or a part of them.', [], (stats) => [
    one(stats.breakerOpen ? 1 : 0),
  ]),
  family(
    'counter',
    'heals_total',
    'Entries that could not be served and were deleted, by reason.',
    ['reason'],
    (stats) => each(stats.heals, 'reason'),
  ),
  family('counter', 'faults_total', 'Failures of stores, codecs and deadlines, by operation.', ['operation'], (stats) =>
    each(stats.faults, 'operation'),
  ),
  family('counter', 'intents_total', 'Writes under an intent: opened, and those that lost it.', ['outcome'], (stats) =>
    each(stats.intents, 'outcome'),
  ),
  family('counter', 'verified_total', 'Hits compared with their source, and those out of date.', ['outcome'], (stats) =>
    each(stats.verified, 'outcome'),
  ),
  family('gauge', 'memory_entries', 'Entries held in this process.', [], ({ memory }) =>
    memory === undefined ? [] : [one(memory.entries)],
  ),
  family('gauge', 'memory_bytes', 'What they weigh, where they are bytes.', [], ({ memory }) =>
    memory?.bytes === undefined ? [] : [one(memory.bytes)],
  ),
  family('counter', 'memory_evictions_total', 'Entries that went to make room.', [], ({ memory }) =>
    memory === undefined ? [] : [one(memory.evictions)],
  ),
  family('gauge', 'lease_holding', 'Whether hits may be answered from memory alone.', [], ({ readLeases }) =>
    readLeases === undefined ? [] : [one(readLeases.holding ? 1 : 0)],
  ),
  family('counter', 'lease_hits_total', 'Hits for which nothing was asked.', [], ({ readLeases }) =>
    readLeases === undefined ? [] : [one(readLeases.hits)],
  ),
  family(
    'counter',
    'lease_epochs_total',
    'How often what leases had proven ended, by cause.',
    ['cause'],
    ({ readLeases }) => (readLeases === undefined ? [] : each(readLeases.epochs, 'cause')),
  ),
  family('counter', 'lease_waits_total', 'Invalidations that waited for other processes.', [], ({ readLeases }) =>
    readLeases === undefined ? [] : [one(readLeases.waits.count)],
  ),
  family('counter', 'lease_wait_seconds_total', 'For how long, in all.', [], ({ readLeases }) =>
    readLeases === undefined ? [] : [one(readLeases.waits.ms / SECONDS)],
  ),
  family('counter', 'lease_waits_timed_out_total', 'Of these, those that ended by time.', [], ({ readLeases }) =>
    readLeases === undefined ? [] : [one(readLeases.timedOut)],
  ),
  family('counter', 'lease_reaped_total', 'Processes struck off the list of holders.', [], ({ readLeases }) =>
    readLeases === undefined ? [] : [one(readLeases.reaped)],
  ),
];
