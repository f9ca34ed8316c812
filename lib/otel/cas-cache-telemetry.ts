import { context, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Histogram, Meter, Span, Tracer } from '@opentelemetry/api';
import type { CacheEvent, CasHooks, LoadBeginEvent, LoadEndEvent, OperationEvent } from '../contracts/hooks.js';
import type { CasCacheStats } from '../contracts/stats.js';
import { redactKey } from '../keys/redact-key.js';
import { LoadLinks } from './load-links.js';

export interface CasCacheTelemetryOptions {
  /** Default: the global provider's, when the cache first needs it. */
  readonly tracer?: Tracer | undefined;
  readonly meter?: Meter | undefined;
  /** Whether spans carry `cache.key`, each key as `redactKey` makes it. Default `false`: no key at all. */
  readonly keys?: 'redacted' | false | undefined;
  /** Whether reads that hit have a span of their own. Default `true`. */
  readonly hits?: boolean | undefined;
}

const NAME = 'nestjs-cascache';

/** The names that tools with a screen for caches look for. */
const SPANS: Readonly<Record<OperationEvent['operation'], string>> = {
  get: 'cache.get',
  getBulk: 'cache.get',
  snapshot: 'cache.snapshot',
  set: 'cache.put',
  setBulk: 'cache.put',
  invalidate: 'cache.remove',
  clear: 'cache.flush',
};

/**
 * Spans and metrics of every namespace by the API of OpenTelemetry alone, so that SDK 2 and 3 take them: give it to
 * `forRoot({ hooks })`.
 *
 * `cache.get`, `cache.put`, `cache.remove`: what the stores were asked, in the span of the caller, with `cache.hit`.
 * `cache.load`: the call of a loader, whose own spans stand in it; callers that wait for a load which another began
 * have a link to it on their own span. Keys and values are in none of them, unless `keys` says so.
 */
export class CasCacheTelemetry implements CasHooks {
  readonly events = ['operation', 'load-begin', 'load-join', 'load-end'] as const;
  private readonly links = new LoadLinks();
  private readonly spans = new Map<string, Span>();
  private instruments: { readonly loads: Histogram; readonly operations: Histogram } | undefined;

  constructor(private readonly options: CasCacheTelemetryOptions = {}) {}

  onEvent(event: CacheEvent): void {
    if (event.type === 'operation') this.operation(event);
    else if (event.type === 'load-join') this.links.join(nameOf(event), trace.getActiveSpan());
    else if (event.type === 'load-end') this.loadEnds(event);
  }

  aroundLoad(event: LoadBeginEvent, next: () => Promise<unknown>): unknown {
    const span = this.tracer.startSpan('cache.load', {
      kind: SpanKind.INTERNAL,
      attributes: {
        ...this.attributes(event.namespace, event.keys),
        'cache.operation': 'load',
        'cascache.refresh': event.refresh,
        'cascache.keys': event.keys.length,
      },
    });
    this.spans.set(nameOf(event), span);
    this.links.begin(nameOf(event), span.spanContext());
    return context.with(trace.setSpan(context.active(), span), next);
  }

  attach(stats: () => Readonly<Record<string, CasCacheStats>>): void {
    const { meter } = this;
    const reads = meter.createObservableCounter('cascache.reads', { description: 'Keys read, by outcome.' });
    const fills = meter.createObservableCounter('cascache.fills', { description: 'Entries filled, by outcome.' });
    const faults = meter.createObservableCounter('cascache.faults', { description: 'Failures, by operation.' });
    const invalidations = meter.createObservableCounter('cascache.invalidations', { description: 'Keys and tags.' });
    const owed = meter.createObservableGauge('cascache.invalidations.pending', { description: 'Owed still.' });
    meter.addBatchObservableCallback(
      (result) => {
        for (const [namespace, each] of Object.entries(stats())) {
          const about = { 'cascache.namespace': namespace };
          result.observe(reads, each.hits, { ...about, outcome: 'hit' });
          for (const [reason, count] of Object.entries(each.misses)) {
            result.observe(reads, count, { ...about, outcome: 'miss', reason });
          }
          for (const [outcome, count] of Object.entries(each.fills))
            result.observe(fills, count, { ...about, outcome });
          for (const [operation, count] of Object.entries(each.faults)) {
            result.observe(faults, count, { ...about, operation });
          }
          result.observe(invalidations, each.invalidations, { ...about, kind: 'key' });
          result.observe(invalidations, each.tagInvalidations, { ...about, kind: 'tag' });
          const { keys, tags } = each.pendingInvalidations;
          result.observe(owed, keys + tags, about);
        }
      },
      [reads, fills, faults, invalidations, owed],
    );
  }

  /** The span is made when it is known how it ended: nothing of the cache's own runs inside of it. */
  private operation({ namespace, operation, key, keys, hits, ok, durationMs }: OperationEvent): void {
    this.histograms.operations.record(durationMs / 1_000, { 'cascache.namespace': namespace, operation });
    const isRead = operation === 'get' || operation === 'getBulk';
    const isHit = isRead && hits === keys;
    if (isHit && this.options.hits === false) return;
    const endTime = Date.now();
    const span = this.tracer.startSpan(SPANS[operation], {
      kind: SpanKind.CLIENT,
      startTime: endTime - durationMs,
      attributes: {
        ...this.attributes(namespace, key === undefined ? [] : [key]),
        'cache.operation': operation,
        'cascache.keys': keys,
        ...(isRead && { 'cache.hit': isHit, 'cascache.hits': hits }),
      },
    });
    if (!ok) span.setStatus({ code: SpanStatusCode.ERROR, message: 'the stores have not answered in time, or failed' });
    span.end(endTime);
  }

  private loadEnds(event: LoadEndEvent): void {
    const { namespace, outcome, durationMs, shared, cause } = event;
    this.histograms.loads.record(durationMs / 1_000, { 'cascache.namespace': namespace, outcome });
    this.links.end(nameOf(event));
    const span = this.spans.get(nameOf(event));
    this.spans.delete(nameOf(event));
    if (span === undefined) return;
    span.setAttributes({ 'cascache.outcome': outcome, 'cascache.shared': shared });
    // The message of an error may hold a key, a value or a query: its name says enough here.
    const error = cause instanceof Error ? cause.name : typeof cause;
    if (outcome !== 'loaded') {
      span.setAttribute('error.type', error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
    }
    span.end();
  }

  private attributes(namespace: string, keys: readonly string[]): Attributes {
    const shown = this.options.keys === 'redacted' && keys.length > 0;
    return {
      'cascache.namespace': namespace,
      ...(shown && { 'cache.key': keys.map((key) => redactKey(key)) }),
    };
  }

  /** Asked for when it is needed: an application may register its SDK after its modules were made. */
  private get tracer(): Tracer {
    return this.options.tracer ?? trace.getTracer(NAME);
  }

  private get meter(): Meter {
    return this.options.meter ?? metrics.getMeter(NAME);
  }

  private get histograms(): { readonly loads: Histogram; readonly operations: Histogram } {
    const { meter } = this;
    return (this.instruments ??= {
      loads: meter.createHistogram('cascache.load.duration', { unit: 's', description: 'How long loaders took.' }),
      operations: meter.createHistogram('cascache.operation.duration', {
        unit: 's',
        description: 'How long the stores took.',
      }),
    });
  }
}

function nameOf({ namespace, id }: { readonly namespace: string; readonly id: number }): string {
  return `${id} ${namespace}`;
}
