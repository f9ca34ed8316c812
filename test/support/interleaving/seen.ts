import type { MissReason, SetOutcome } from '../../../lib/contracts/outcomes.js';
import type { Subject } from './subject.js';

/** What caches did over many schedules, from their own counters. */
export class Seen {
  hits = 0;
  bulkFills = 0;
  heals = 0;
  faults = 0;
  readonly misses: Partial<Record<MissReason, number>> = {};
  readonly fills: Partial<Record<SetOutcome, number>> = {};

  add(subjects: readonly Subject[]): void {
    for (const subject of subjects) {
      const stats = subject.stats?.();
      if (stats === undefined) continue;
      this.hits += stats.hits;
      this.bulkFills += stats.bulkFills;
      this.heals += total(stats.heals);
      this.faults += total(stats.faults);
      addAll(this.misses, stats.misses);
      addAll(this.fills, stats.fills);
    }
  }
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function addAll<K extends string>(sums: Partial<Record<K, number>>, counts: Readonly<Record<K, number>>): void {
  for (const name of Object.keys(counts) as K[]) sums[name] = (sums[name] ?? 0) + counts[name];
}
