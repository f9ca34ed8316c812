import { createRequire } from 'node:module';

import { SeenTexts } from '../support/redis/trace-screen.js';

const require = createRequire(import.meta.url);

/**
 * As much of the tools as is used here. Their packages are not those of the repository, which so has no types of them.
 */
interface Span {
  readonly name: string;
  readonly attributes: object;
  readonly events: readonly object[];
  readonly status: object;
}
interface Exporter {
  getFinishedSpans(): readonly Span[];
}
interface Tools {
  readonly trace: {
    NodeTracerProvider: new (options: object) => { register(): void };
    SimpleSpanProcessor: new (exporter: Exporter) => object;
    InMemorySpanExporter: new () => Exporter;
  };
  readonly ioredis: { IORedisInstrumentation: new (options: object) => { enable(): void } };
}
type Hook = (span: { setAttribute(name: string, value: string): void }, ...seen: unknown[]) => void;

/** Spans of every command, as OpenTelemetry's instrumentation of ioredis makes them. */
export class Tracer {
  private readonly exporter: Exporter;
  private readonly handed = new SeenTexts();

  /** Has to be made before ioredis is required by anybody. */
  constructor() {
    const { NodeTracerProvider, SimpleSpanProcessor, InMemorySpanExporter } =
      require('@opentelemetry/sdk-trace-node') as Tools['trace'];
    this.exporter = new InMemorySpanExporter();
    new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.exporter)] }).register();
    const { IORedisInstrumentation } = require('@opentelemetry/instrumentation-ioredis') as Tools['ioredis'];
    // Hooks of applications put into their spans what they are handed: all of it counts as seen.
    const hook: Hook = (_, ...seen) => this.handed.add(seen);
    const options = { requireParentSpan: false, requestHook: hook, responseHook: hook };
    new IORedisInstrumentation(options).enable();
  }

  /** What the spans are called: by their commands. */
  get commands(): string[] {
    return this.exporter.getFinishedSpans().map(({ name }) => name);
  }

  /** Messages of the errors in the spans. */
  get errors(): string[] {
    return this.exporter.getFinishedSpans().flatMap(({ status }) => (status as { message?: string }).message ?? []);
  }

  /** @param ofClient what ioredis itself sends: a hook of an application is handed it, and no span may have it */
  leaked(ofCache: readonly string[], ofClient: readonly string[]): string[] {
    const seen = new SeenTexts();
    for (const { name, attributes, events, status } of this.exporter.getFinishedSpans()) {
      seen.add({ name, attributes, events, status });
    }
    return [...new Set([...seen.leaked([...ofCache, ...ofClient]), ...this.handed.leaked(ofCache)])];
  }
}
