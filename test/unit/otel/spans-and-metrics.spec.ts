import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import type { BatchObservableResult, Meter, Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { CasCacheTelemetry } from 'nestjs-cascache/otel';
import type { CasCacheTelemetryOptions } from 'nestjs-cascache/otel';
import { Deferred } from '../../support/core/deferred.js';
import { settled } from '../../support/core/manual-timers.js';
import { ATOMIC, MEMORY, TIERED_TIMED } from '../../support/core/topologies.js';

const exporter = new InMemorySpanExporter();
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test');
beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());
afterEach(() => exporter.reset());

const spans = (name: string): ReadableSpan[] => exporter.getFinishedSpans().filter((span) => span.name === name);
const during = <T>(name: string, work: (span: Span) => Promise<T>): Promise<T> =>
  tracer.startActiveSpan(name, (span) => work(span).finally(() => span.end()));
const watched = (options: CasCacheTelemetryOptions = {}) => new CasCacheTelemetry({ tracer, ...options });

describe.each([ATOMIC, TIERED_TIMED])('spans: $name', ({ rig }) => {
  it('the loader runs in that of its load, which stands in that of the request', async () => {
    const { cache } = rig({ hooks: [watched()] });
    const load = async (): Promise<string> => during('query', async () => 'row');
    await during('request', () => cache.getOrLoad('42', load));
    const [query, loading, request] = [spans('query'), spans('cache.load'), spans('request')].map(([span]) => span);
    expect(query?.parentSpanContext?.spanId).toBe(loading?.spanContext().spanId);
    expect(loading?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
    expect(loading?.attributes).toMatchObject({
      'cascache.namespace': cache.namespace,
      'cascache.outcome': 'loaded',
      'cascache.shared': 0,
      'cascache.refresh': false,
    });
  });

  it('reads say whether they hit, in the span of their caller', async () => {
    const { cache } = rig({ hooks: [watched()] });
    await during('request', async () => {
      await cache.get('42');
      await cache.setWithGen('42', 'value', await cache.snapshotGen('42'));
      await cache.get('42');
    });
    const [request] = spans('request');
    const reads = spans('cache.get');
    expect(reads.map(({ attributes }) => attributes['cache.hit'])).toEqual([false, true]);
    for (const read of reads) expect(read.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  });

  it('a caller that waits for the load of another has a link to it, whenever it came', async () => {
    const { cache } = rig({ hooks: [watched()] });
    const row = new Deferred<string>();
    const first = during('first', () => cache.getOrLoad('42', () => row.promise));
    await settled();
    const second = during('second', () => cache.getOrLoad('42', () => 'unused'));
    await settled();
    row.resolve('row');
    await Promise.all([first, second]);
    const [loading] = spans('cache.load');
    expect(spans('second')[0]?.links.map((link) => link.context.spanId)).toEqual([loading?.spanContext().spanId]);
    expect(spans('first')[0]?.links).toEqual([]);
    expect(loading?.attributes['cascache.shared']).toBe(1);
  });

  it('have no key, value or message of an error in them', async () => {
    const { cache } = rig({ hooks: [watched()] });
    await cache.getOrLoad('a-key', () => 'a-value');
    await cache.invalidate('a-key');
    const failing = cache.getOrLoad('a-key', () => Promise.reject(new TypeError('with a-value of a-key')));
    await expect(failing).rejects.toThrow(TypeError);
    const said = exporter
      .getFinishedSpans()
      .map(({ name, attributes, status, events }) => JSON.stringify({ name, attributes, status, events }));
    expect(said.join()).not.toMatch(/a-key|a-value/);
    expect(spans('cache.load')[1]?.attributes).toMatchObject({
      'error.type': 'TypeError',
      'cascache.outcome': 'failed',
    });
  });

  it('keys are redacted where they are asked for', async () => {
    const { cache } = rig({ hooks: [watched({ keys: 'redacted' })] });
    await cache.get('a-key');
    expect(spans('cache.get')[0]?.attributes['cache.key']).toEqual([expect.stringMatching(/^#[0-9a-f]{8} /)]);
  });

  it('hits have none where they are too many', async () => {
    const { cache } = rig({ hooks: [watched({ hits: false })] });
    await cache.getOrLoad('42', () => 'value');
    await cache.get('42');
    expect(spans('cache.get').map(({ attributes }) => attributes['cache.hit'])).toEqual([false]);
  });
});

it('links are made for callers that came before the loader was called', async () => {
  const { cache, generations } = ATOMIC.rig({ hooks: [watched()] });
  generations.script.fail('snapshot', 'hang');
  const first = during('first', () => cache.getOrLoad('42', () => 'row'));
  await settled();
  const second = during('second', () => cache.getOrLoad('42', () => 'unused'));
  await settled();
  generations.script.release();
  await settled();
  await Promise.all([first, second]);
  expect(spans('second')[0]?.links).toHaveLength(1);
});

it('a span of an operation lasts as long as that took, and says what became of it', () => {
  const telemetry = watched();
  const operation = { type: 'operation', namespace: 'user', operation: 'getBulk', key: undefined, keys: 2 } as const;
  telemetry.onEvent({ ...operation, hits: 1, ok: false, durationMs: 40 });
  const [span] = spans('cache.get');
  const lasted = (span?.duration[0] ?? 0) * 1_000 + (span?.duration[1] ?? 0) / 1e6;
  expect(lasted).toBeCloseTo(40, 0);
  expect(span?.attributes).toMatchObject({ 'cache.hit': false, 'cascache.hits': 1, 'cascache.keys': 2 });
  expect(span?.status.code).toBe(SpanStatusCode.ERROR);
});

it('counts are shown as the stats have them when they are asked for', async () => {
  const { cache } = MEMORY.rig();
  await cache.getOrLoad('42', () => 'row');
  await cache.get('42');
  const shown: [string, number, object | undefined][] = [];
  let collect: ((result: BatchObservableResult) => void) | undefined;
  const instrument = (name: string): object => ({ name });
  const meter = {
    createObservableCounter: instrument,
    createObservableGauge: instrument,
    addBatchObservableCallback: (callback: (result: BatchObservableResult) => void) => {
      collect = callback;
    },
  } as unknown as Meter;
  watched({ meter }).attach(() => ({ [cache.namespace]: cache.stats() }));
  collect?.({
    observe: (metric, value, about) => void shown.push([(metric as unknown as { name: string }).name, value, about]),
  });
  const about = { 'cascache.namespace': cache.namespace };
  expect(shown).toContainEqual(['cascache.reads', 1, { ...about, outcome: 'hit' }]);
  expect(shown).toContainEqual(['cascache.reads', 1, { ...about, outcome: 'miss', reason: 'absent' }]);
  expect(shown).toContainEqual(['cascache.fills', 1, { ...about, outcome: 'stored' }]);
  expect(shown).toContainEqual(['cascache.invalidations.pending', 0, about]);
});

it('in process, there are spans of loads alone', async () => {
  const { cache } = MEMORY.rig({ hooks: [watched()] });
  await cache.getOrLoad('42', () => 'row');
  await cache.get('42');
  expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['cache.load']);
});

it('without an SDK, nothing happens', async () => {
  const { cache } = MEMORY.rig({ hooks: [new CasCacheTelemetry()] });
  expect(trace.getActiveSpan()).toBeUndefined();
  expect(await cache.getOrLoad('42', () => 'value')).toBe('value');
});
