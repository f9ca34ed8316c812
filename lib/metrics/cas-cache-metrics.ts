import { Counter, Gauge, Histogram, register as defaultRegister } from 'prom-client';
import type { Registry } from 'prom-client';
import type { CacheEvent, CasHooks } from '../contracts/hooks.js';
import type { CasCacheStats } from '../contracts/stats.js';
import { FAMILIES } from './families.js';
import type { Family } from './families.js';

export interface CasCacheMetricsOptions {
  /** Where the metrics are registered. Default: the registry of prom-client that is shared by the process. */
  readonly register?: Registry | undefined;
  /** What the name of each metric begins with. Default `cascache`. */
  readonly prefix?: string | undefined;
  /** Bounds of the histograms' buckets, in seconds. */
  readonly buckets?: readonly number[] | undefined;
}

type Stats = () => Readonly<Record<string, CasCacheStats>>;

/** From a hit on loopback to a source that is in trouble. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** The applications whose counts a metric shows, kept by the metric itself: so all that share it find them. */
const SOURCES = Symbol.for('nestjs-cascache.metrics.sources');

interface Shown {
  [SOURCES]?: Set<WeakRef<{ readonly stats: Stats }>>;
}

/**
 * Metrics of every namespace for Prometheus: give it to `forRoot({ hooks })`. A scrape reads what `stats()` counts, so
 * that a hit costs nothing more; only loads and operations on stores are measured as they happen.
 *
 * Several applications in one process may have one each on the same registry: what they count is added up.
 *
 * @throws Error of prom-client, where a metric of another kind has one of the names
 */
export class CasCacheMetrics implements CasHooks {
  readonly events = ['load-end', 'operation'] as const;
  private readonly loads: Histogram;
  private readonly operations: Histogram;
  private readonly shown: readonly Shown[];
  /** Held by this object alone: what is counted for an application ends with it. */
  private source: { readonly stats: Stats } | undefined;

  constructor({ register = defaultRegister, prefix = 'cascache', buckets = BUCKETS }: CasCacheMetricsOptions = {}) {
    const histogram = (name: string, help: string, labels: string[]): Histogram =>
      (register.getSingleMetric(`${prefix}_${name}`) as Histogram | undefined) ??
      new Histogram({
        name: `${prefix}_${name}`,
        help,
        labelNames: ['namespace', ...labels],
        buckets: [...buckets],
        registers: [register],
      });
    this.loads = histogram('load_duration_seconds', 'How long loaders took, by outcome.', ['outcome']);
    this.operations = histogram('operation_duration_seconds', 'How long the stores took, by operation.', ['operation']);
    this.shown = FAMILIES.map((family) => shownIn(register, prefix, family));
  }

  onEvent(event: CacheEvent): void {
    if (event.type === 'load-end') {
      const { namespace, outcome, durationMs } = event;
      this.loads.observe({ namespace, outcome }, durationMs / 1_000);
    } else if (event.type === 'operation') {
      const { namespace, operation, durationMs } = event;
      this.operations.observe({ namespace, operation }, durationMs / 1_000);
    }
  }

  attach(stats: Stats): void {
    this.source = { stats };
    const source = new WeakRef(this.source);
    for (const metric of this.shown) (metric[SOURCES] ??= new Set()).add(source);
  }
}

/** The metric of a family: the one of its name in the registry, or a new one. */
function shownIn(register: Registry, prefix: string, family: Family): Shown {
  const name = `${prefix}_${family.name}`;
  const known = register.getSingleMetric(name) as Shown | undefined;
  if (known?.[SOURCES] !== undefined) return known;
  const { help, type, labels } = family;
  const settings = { name, help, labelNames: ['namespace', ...labels], registers: [register] };
  const made: (Counter | Gauge) & Shown =
    type === 'counter'
      ? new Counter({ ...settings, collect: () => show(made, family) })
      : new Gauge({ ...settings, collect: () => show(made, family) });
  made[SOURCES] = new Set();
  return made;
}

/** Sets a metric anew to what the applications that are there have counted. */
function show(metric: (Counter | Gauge) & Shown, { samples }: Family): void {
  metric.reset();
  for (const reference of metric[SOURCES] ?? []) {
    const source = reference.deref();
    if (source === undefined) {
      metric[SOURCES]?.delete(reference);
      continue;
    }
    for (const [namespace, stats] of Object.entries(source.stats())) {
      for (const { labels, value } of samples(stats)) metric.inc({ namespace, ...labels }, value);
    }
  }
}
