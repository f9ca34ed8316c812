import { CONTENDERS, DEADLINE_MS, LEASE_MS, OURS } from './app/protocol.js';
import { FAULTS } from './faults/catalogue.js';
import type { Tally } from './observer/tally.js';
import type { LabOptions } from './options.js';
import type { Injection } from './round.js';

/** What is allowed for recovering: a second, and where open cells may be lost one lease more. */
const RECOVERY_MS = 1_000;

export function injectionLine({ fault, note, frozen, recovered, stale }: Injection, atMs: number): string {
  const parts = [note, `hits again after ${ms(recovered.plainMs)} (with intents ${ms(recovered.intentsMs)})`];
  if (frozen !== undefined) {
    const past = frozen.pastBreaker > 0 ? `, ${ms(frozen.longestPastBreakerMs)} past an open breaker` : '';
    parts.push(`longest read: its source + ${ms(frozen.longestMs)}${past}`);
  }
  if (stale > 0) parts.push(`${stale} STALE READS`);
  return `${(atMs / 1_000).toFixed(1).padStart(6)} s  ${fault.name.padEnd(18)} ${parts.join('; ')}`;
}

/** Prints what a run has shown. Answers what is wrong with it. */
export function report(options: LabOptions, tally: Tally, injections: readonly Injection[]): string[] {
  const wrong = tally.errors.slice(0, 20);
  console.log(`\n${counts(tally)}\n`);
  for (const line of faultLines(injections)) console.log(line);
  const stale = tally.stale.length;
  const control = tally.count('cache-aside').stale;
  const landed = tally.landedMs.toSorted((a, b) => a - b);
  console.log(`
reads ${tally.sum(CONTENDERS, 'reads')}, writes ${tally.sum(CONTENDERS, 'acknowledged')} acknowledged, lost with their replica ${tally.lost}
stale reads: ours ${stale}, the control ${control}
failed invalidations: ${tally.sum(OURS, 'unannounced')}; landed after ${quantiles(landed)}; died with their replica ${tally.diedOwing}; not landed ${tally.owed}
intents that ran out or were lost before their write had ended: ${tally.lostIntents}`);
  for (const { during, contender, row, replica, version, floor, hit } of tally.stale.slice(0, 20)) {
    console.log(
      `  stale: ${row} (${contender}, replica ${replica}, during ${during}) ${version} < ${floor}${hit ? '' : ', not a hit'}`,
    );
  }
  if (stale > 0) wrong.push(`${stale} stale read(s) of ours`);
  if (control === 0 && options.only.length === 0) wrong.push('the control was never stale: the detector sees nothing');
  for (const injection of injections) wrong.push(...brokenBounds(injection));
  return wrong;
}

function counts(tally: Tally): string {
  const heads = ['', 'reads', 'hits', 'writes', 'unannounced', 'refused', 'stale'];
  const rows = CONTENDERS.map((contender) => {
    const { reads, hits, acknowledged, unannounced, refused, stale } = tally.count(contender);
    return [
      contender,
      reads,
      `${reads === 0 ? 0 : Math.round((100 * hits) / reads)} %`,
      acknowledged,
      unannounced,
      refused,
      stale,
    ];
  });
  return [heads, ...rows]
    .map(([name, ...cells]) => String(name).padEnd(16) + cells.map((cell) => String(cell).padStart(12)).join(''))
    .join('\n');
}

function faultLines(injections: readonly Injection[]): string[] {
  return FAULTS.flatMap(({ name }) => {
    const of = injections.filter(({ fault }) => fault.name === name);
    if (of.length === 0) return [];
    const worst = (times: readonly (number | undefined)[]): string =>
      times.includes(undefined) ? 'never' : ms(Math.max(...(times as number[])));
    const frozen = of.flatMap((injection) => injection.frozen ?? []);
    const longest =
      frozen.length === 0
        ? ''
        : `; longest read: its source + ${ms(Math.max(...frozen.map((watch) => watch.longestMs)))}`;
    const open = frozen.filter(({ pastBreaker }) => pastBreaker > 0).map((watch) => watch.longestPastBreakerMs);
    const past = open.length === 0 ? '' : `, ${ms(Math.max(...open))} past an open breaker`;
    return `${name.padEnd(18)} ${String(of.length).padStart(3)} times; slowest recovery ${worst(of.map(({ recovered }) => recovered.plainMs))}, with intents ${worst(of.map(({ recovered }) => recovered.intentsMs))}${longest}${past}`;
  });
}

function brokenBounds({ fault, recovered, frozen }: Injection): string[] {
  const wrong: string[] = [];
  if ((recovered.plainMs ?? Infinity) > RECOVERY_MS)
    wrong.push(`${fault.name}: hits only after ${ms(recovered.plainMs)}`);
  if ((recovered.intentsMs ?? Infinity) > RECOVERY_MS + LEASE_MS) {
    wrong.push(`${fault.name}: hits of namespaces with intents only after ${ms(recovered.intentsMs)}`);
  }
  // A process that is busy notices nothing in time, not even its deadlines.
  if (frozen !== undefined && frozen.longestMs > DEADLINE_MS + frozen.lagMs) {
    wrong.push(
      `${fault.name}: a read took ${ms(frozen.longestMs)} more than its source (its process lagged by ${ms(frozen.lagMs)} at most)`,
    );
  }
  return wrong;
}

function quantiles(sorted: readonly number[]): string {
  if (sorted.length === 0) return '-';
  const at = (share: number): string => ms(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  return `${at(0.5)} (median), ${at(0.95)} (95 %), ${at(1)} (at most), of ${sorted.length} times`;
}

function ms(time: number | undefined): string {
  return time === undefined ? 'never' : `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;
}
