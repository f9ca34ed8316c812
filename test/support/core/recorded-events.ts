import type { CacheEvent, CasHooks } from '../../../lib/contracts/hooks.js';

type Of<T extends CacheEvent['type']> = Extract<CacheEvent, { readonly type: T }>;

/** Every event of a cache, in order. */
export class RecordedEvents implements CasHooks {
  readonly all: CacheEvent[] = [];

  declare readonly events?: readonly CacheEvent['type'][];

  /** @param events those that are asked for by name */
  constructor(events?: readonly CacheEvent['type'][]) {
    if (events !== undefined) this.events = events;
  }

  onEvent(event: CacheEvent): void {
    this.all.push(event);
  }

  of<T extends CacheEvent['type']>(type: T): Of<T>[] {
    return this.all.filter((event): event is Of<T> => event.type === type);
  }

  /** The reasons of the misses so far. */
  reasons(): string[] {
    return this.of('miss').map(({ reason }) => reason);
  }

  /** The faults so far, by the operation. */
  faults(): string[] {
    return this.of('fault').map(({ operation }) => operation);
  }

  forget(): void {
    this.all.length = 0;
  }
}
