import { CONTENDERS, DEADLINE_MS, LEASE_MS, OURS } from './app/protocol.js';
import { FAULTS } from './faults/catalogue.js';
import type { ReadWatch } from './observer/read-watch.js';
import type { Tally } from './observer/tally.js';
import type { LabOptions } from './options.js';
import type { Injection } from './round.js';

/** What is allowed for recovering, and where open cells may be lost one lease more. */
const RECOVERY_MS = 1_000;
/** What is allowed for going past an open breaker. */
const PAST_BREAKER_MS = 2;

export function injectionLine(
  { fault, note, frozen, writes, stale, staleControl, longestMs, ...after }: Injection,
  atMs: number,
): string {
  const parts = [
    note,
    `hits again after ${ms(after.recovered.plainMs)} (${after.recovered.last} last; with intents ${ms(after.recovered.intentsMs)})`,
    `all invalidations landed after ${ms(after.landedMs)}`,
    ...(longestMs === undefined ? [] : [`longest write under leases ${ms(longestMs)}`]),
    ...(frozen === undefined ? [] : [frozenText([frozen])]),
    ...(writes === undefined ? [] : [writesText([writes])]),
    `stale: ours ${stale}, control ${staleControl}`,
  ];
  return `${(atMs / 1_000).toFixed(1).padStart(6)} s  ${fault.name.padEnd(18)} ${parts.join('; ')}`;
}

export function vitalsLine(line: string, atMs: number): string {
  return `${(atMs / 1_000).toFixed(1).padStart(6)} s  ${'vitals'.padEnd(18)} ${line}`;
}

/** Prints what a run has shown. Answers what is wrong with it. */
export function report(options: LabOptions, tally: Tally, injections: readonly Injection[]): string[] {
  const stale = tally.stale.length;
  const control = tally.count('cache-aside').stale;
  console.log(`
${counts(tally)}

${faultLines(injections).join('\n')}

reads ${tally.sum(CONTENDERS, 'reads')}; writes ${tally.sum(CONTENDERS, 'acknowledged')}; lost with a replica that was killed ${tally.lost}
stale reads: ours ${stale}, the control ${control}; within the second that is documented for a change of roles: ${tally.excused}
failed invalidations: ${tally.sum(OURS, 'unannounced')}; of ${tally.landedMs.length} times that a replica owed some, the last landed after ${quantiles(tally.landedMs)}; replicas that were killed while they owed some ${tally.diedOwing}; not landed ${tally.owed}
intents that ran out or were lost before their write had ended: ${tally.lostIntents}
entries that a replica could not read, and deleted: ${tally.unreadable}`);
  for (const { during, contender, row, replica, version, floor, hit } of tally.stale.slice(0, 20)) {
    const read = `${row} in replica ${replica} (${contender}${hit ? '' : ', not a hit'})`;
    console.log(`  stale, during ${during}: ${read} was version ${version}, and had to be ${floor} at least`);
  }
  const wrong = [...tally.errors.slice(0, 20), ...(options.times ? injections.flatMap(brokenBounds) : [])];
  if (tally.unreadable > 0) wrong.push(`${tally.unreadable} entries that one replica wrote and another could not read`);
  if (stale > 0) wrong.push(`${stale} stale read(s) of ours`);
  if (control === 0 && options.only.length === 0) wrong.push('the control was never stale: the detector sees nothing');
  return wrong;
}

function counts(tally: Tally): string {
  const heads = ['', 'reads', 'hits', 'writes', 'unannounced', 'refused', 'stale'];
  const rows = CONTENDERS.map((contender) => {
    const { reads, hits, acknowledged, unannounced, refused, stale } = tally.count(contender);
    const share = `${reads === 0 ? 0 : Math.round((100 * hits) / reads)} %`;
    return [contender, reads, share, acknowledged, unannounced, refused, stale];
  });
  return [heads, ...rows]
    .map(([name, ...cells]) => String(name).padEnd(16) + cells.map((cell) => String(cell).padStart(12)).join(''))
    .join('\n');
}

function faultLines(injections: readonly Injection[]): string[] {
  return FAULTS.flatMap(({ name }) => {
    const of = injections.filter(({ fault }) => fault.name === name);
    if (of.length === 0) return [];
    const frozen = of.flatMap((injection) => injection.frozen ?? []);
    const writes = of.flatMap((injection) => injection.writes ?? []);
    const longest = of.flatMap((injection) => injection.longestMs ?? []);
    const parts = [
      `${String(of.length).padStart(3)} times`,
      `slowest recovery ${slowest(of.map(({ recovered }) => recovered.plainMs))}`,
      `with intents ${slowest(of.map(({ recovered }) => recovered.intentsMs))}`,
      `all invalidations landed after ${slowest(of.map(({ landedMs }) => landedMs))}`,
      ...(longest.length === 0 ? [] : [`longest write under leases ${ms(max(longest))}`]),
      ...(frozen.length === 0 ? [] : [frozenText(frozen)]),
      ...(writes.length === 0 ? [] : [writesText(writes)]),
    ];
    return `${name.padEnd(18)} ${parts.join('; ')}`;
  });
}

function writesText(all: readonly NonNullable<Injection['writes']>[]): string {
  const sum = (of: (one: NonNullable<Injection['writes']>) => number): number => all.reduce((n, one) => n + of(one), 0);
  const [unannounced, refused, kills] = [sum((w) => w.unannounced), sum((w) => w.refused), sum((w) => w.kills ?? 0)];
  const count = sum((w) => w.landed) + unannounced + refused;
  const each = kills === 0 ? '' : ` (${((1_000 * unannounced) / kills).toFixed(1)} per 1,000 kills)`;
  return `of ${count} writes ${unannounced + refused} threw: failed invalidations ${unannounced}${each}, intents that could not be opened ${refused}`;
}

function frozenText(watches: readonly ReadWatch[]): string {
  const all = (of: (watch: ReadWatch) => readonly number[]): number[] => watches.flatMap(of);
  const [waiting, past, many] = [all((w) => w.waiting), all((w) => w.pastBreaker), all((w) => w.many)];
  const longest = `longest read: its source + ${ms(max(waiting))}`;
  const open = past.length === 0 ? '' : `, past an open breaker + ${quantiles(past)}`;
  return `${longest}${open}, of several rows by hand + ${ms(max(many))}, lag ${ms(max(watches.map((w) => w.lagMs)))}`;
}

function brokenBounds({ fault, recovered, landedMs, frozen }: Injection): string[] {
  const wrong: string[] = [];
  if ((recovered.plainMs ?? Infinity) > RECOVERY_MS) wrong.push(`hits only after ${ms(recovered.plainMs)}`);
  if ((recovered.intentsMs ?? Infinity) > RECOVERY_MS + LEASE_MS) {
    wrong.push(`hits of namespaces with intents only after ${ms(recovered.intentsMs)}`);
  }
  if (landedMs === undefined) wrong.push('failed invalidations never landed');
  if (frozen !== undefined) {
    // A read waits for the stores once or twice, and a process that is busy notices the end of each that much later.
    const late = 2 * frozen.lagMs;
    const [waited, past] = [max(frozen.waiting), max(frozen.pastBreaker)];
    if (waited > DEADLINE_MS + late) wrong.push(`a read took ${ms(waited)} more than its source`);
    // Which part of a Cluster a read goes to is not known here.
    if (fault.arena === 'standalone' && past > PAST_BREAKER_MS + late) {
      wrong.push(`past an open breaker a read took ${ms(past)} more than its source`);
    }
  }
  return wrong.map((what) => `${fault.name}: ${what}`);
}

function slowest(times: readonly (number | undefined)[]): string {
  return times.includes(undefined) ? 'never' : ms(max(times as number[]));
}

function max(times: readonly number[]): number {
  return times.reduce((longest, time) => Math.max(longest, time), 0);
}

function quantiles(times: readonly number[]): string {
  if (times.length === 0) return '-';
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => ms(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  return `${at(0.5)} (half), ${at(0.99)} (99 %), ${at(1)} (longest)`;
}

function ms(time: number | undefined): string {
  return time === undefined ? 'never' : `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;
}
