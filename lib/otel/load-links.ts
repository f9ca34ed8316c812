import type { Span, SpanContext } from '@opentelemetry/api';

/**
 * Links from the spans of callers to the load that they wait for. A caller may come before the loader is called: its
 * link is made then.
 */
export class LoadLinks {
  private readonly begun = new Map<string, SpanContext>();
  private readonly early = new Map<string, Span[]>();

  join(load: string, caller: Span | undefined): void {
    if (caller === undefined) return;
    const context = this.begun.get(load);
    if (context !== undefined) link(caller, context);
    else this.early.set(load, [...(this.early.get(load) ?? []), caller].slice(-MOST_EARLY));
    // A load whose loader is never called, since another replica has loaded its key, has no end here.
    const [oldest] = this.early.keys();
    if (this.early.size > MOST_LOADS && oldest !== undefined) this.early.delete(oldest);
  }

  begin(load: string, context: SpanContext): void {
    this.begun.set(load, context);
    for (const caller of this.early.get(load) ?? []) link(caller, context);
    this.early.delete(load);
  }

  end(load: string): void {
    this.begun.delete(load);
  }
}

const MOST_EARLY = 100;
const MOST_LOADS = 1_000;

function link(span: Span, context: SpanContext): void {
  span.addLink({ context, attributes: { 'cascache.link': 'shared-load' } });
}
