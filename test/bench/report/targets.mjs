import { ratioOf, table, withSpread } from './format.mjs';

const target = (what, title, row, most, stretch) => ({ what, title, row, most, stretch });
const least = (what, title, row, bound, stretch) => ({ what, title, row, least: bound, stretch });

const NEAR_HITS = [
  ['frozen', 'ours, near, frozen'],
  ['`copy`', 'ours, near'],
].map(([isolation, row]) =>
  least(
    `near hit of 5 KB, ${isolation}, 64 concurrent, throughput, to getBuffer of 5 KB`,
    'on Redis: near hit against getBuffer without decoding, 5 KB, 64 concurrent',
    row,
    2,
    4,
  ),
);

/** What a hit may cost, as ratios to what costs that elsewhere. A miss is told, and fails nothing. */
const TARGETS = [
  target('hit in process, `get`, frozen, to layered-loader', 'pair alone, get, frozen', 'ours, frozen', 1, 0.85),
  target('the same by reference', 'pair alone, get, reference', 'ours, reference', 1, 0.85),
  target('the same, frozen, 10,000 keys, zipf', 'in process: get, 10,000 keys, zipf, 200 B', 'ours, frozen', 1.1, 1),
  target(
    'hit in process, `copy` of 200 B, to layered-loader by reference',
    'in process: get, hot key, 200 B',
    'ours, copy',
    2,
    1.8,
  ),
  target(
    '`@CasCached`, hit in process, to `get` of layered-loader',
    'decorator: hit in process, frozen',
    '@CasCached',
    1.3,
    1.15,
  ),
  target(
    '`getSync`, frozen, zipf, to raw lru-cache',
    'in process: getSync, 10,000 keys, zipf, 200 B',
    'ours, frozen',
    3,
    2,
  ),
  target(
    'hit on Redis, sequential p50, to getBuffer and decoding',
    'on Redis: hit, 200 B, sequential',
    'ours, redis',
    1.12,
    1.05,
  ),
  least(
    'hit on Redis, 64 concurrent, throughput, to the same',
    'on Redis: hit, 200 B, 64 concurrent',
    'ours, redis',
    1.5,
    1.8,
  ),
  least(
    'hit on Redis, 8 concurrent, throughput, to the same',
    'on Redis: hit, 200 B, 8 concurrent',
    'ours, redis',
    0.8,
    1,
  ),
  ...NEAR_HITS,
  target('fill (`setWithGen`), sequential, to SET PX', 'on Redis: set, 200 B, sequential', 'ours, redis', 1.4, 1.2),
  target(
    '`invalidate`, sequential, to INCR + DEL in one pipeline',
    'on Redis: invalidate, 200 B, sequential',
    'ours, redis',
    1,
    0.9,
  ),
  target(
    '`getBulk` of 256, to one MGET of 256 and decoding',
    'bulk: getBulk against one MGET, 256 of 200 B',
    'ours, redis',
    1.3,
    1.1,
  ),
  target(
    'miss and fill of a new key on Redis, to GET and SET PX',
    'on Redis: miss and fill, new key, 200 B, sequential',
    'ours, redis',
    2,
    1.5,
  ),
  target('near hit under a read lease, to a `memory` hit', 'read leases: hit, frozen', 'ours, near', 1.8, 1.4),
  target('tiered hit under a read lease, to the same', 'read leases: hit, frozen', 'ours, tiered', 1.8, 1.4),
  target(
    '`invalidate` that one holder is waited for, to one without leases, p50',
    'read leases: invalidate, sequential',
    'ours, near, 1 holder',
    4,
    2.5,
  ),
  target('the same with 10 holders', 'read leases: invalidate, sequential', 'ours, near, 10 holders', 12, 8),
  target('hit in process at 10^6 keys, to 10^4, zipf', 'growth, get in process, zipf', '1000000 keys', 3, 2),
  target('the same, keys at random', 'growth, get in process, keys at random', '1000000 keys', 3, 2),
  target('hit on Redis at 10^6 keys, to 10^4, at random', 'growth, hit on Redis, keys at random', '1000000 keys', 3, 2),
  {
    ...target(
      'heap per key in process, beyond its value',
      'memory: heap in process, beyond key and value, a key',
      'ours, reference',
      170,
      130,
    ),
    bytes: true,
  },
];

/** Each target with what was measured of it, if it was. */
export function judge(results) {
  return TARGETS.map((one) => {
    const experiment = results.find(({ title }) => title === one.title);
    const row = experiment?.rows.find(({ name }) => name === one.row);
    if (row === undefined) return { ...one, verdict: 'not measured' };
    const measured = one.bytes === true ? exactly(row.perOp) : ratioOf(row, experiment.unit);
    return { ...one, measured, verdict: verdict(one, measured.median) };
  });
}

export function targetTable(judged) {
  const rows = judged.map((one) => [
    one.what,
    one.measured === undefined
      ? ''
      : one.bytes === true
        ? `${Math.round(one.measured.median)} B`
        : withSpread(one.measured),
    one.least === undefined ? `≤ ${one.most}` : `≥ ${one.least}`,
    String(one.stretch),
    one.verdict,
  ]);
  return table(['', 'measured', 'target', 'stretch', ''], rows);
}

function verdict({ most, least: bound, stretch }, value) {
  const within = (limit) => (most === undefined ? value >= limit : value <= limit);
  if (within(stretch)) return 'stretch met';
  return within(most ?? bound) ? 'met' : 'missed';
}

function exactly(value) {
  return { median: value, low: value, high: value };
}
