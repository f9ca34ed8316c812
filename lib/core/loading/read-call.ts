import { isPending } from '../../common/attempt.js';
import type { TagClock } from '../../contracts/tag-store.js';
import { CasValueError } from '../../errors.js';
import type { LoadManyOptions, LoadOptions, ResolvedReadOptions } from '../options/load-options.js';
import type { LoadContext } from './load-context.js';
import type { Observed } from './load.js';
import type { Plan, Purpose } from './load-plan.js';
import { LoadTags } from './load-tags.js';
import type { Reporter } from '../support/reporter.js';

export type Loader<V> = (context: LoadContext<V>) => Promise<V> | V;

/** Answers the values of the keys that it knows. */
export type ManyLoader<V> = (
  missing: string[],
  context: LoadContext<V>,
) => Promise<ReadonlyMap<string, V>> | ReadonlyMap<string, V>;

/** As the public calls take it. */
export type LoadMany<V> = (missing: string[], context: LoadContext<V>) => Promise<Map<string, V>> | Map<string, V>;

/** One call that reads, and loads what it has to: of one key or of many. */
export interface ReadCall<V> {
  readonly options: LoadOptions<V>;
  readonly reading: ResolvedReadOptions<V>;
  /** Begun inside a transaction, or a write under an intent. */
  readonly inside: boolean;
  /** The tags that it names, and what is known of their clock; `undefined` in a namespace without. */
  readonly tags: CallTags | undefined;
  /** What a load for this call is to do. */
  plan(observed: Observed, purpose: Purpose, reporter: Reporter, previous?: Plan<V>['previous']): Plan<V>;
}

/** Tags that a call names, and their clock as it has seen it since it came. */
export class CallTags {
  clock: TagClock | undefined = undefined;

  constructor(
    private readonly namespace: string,
    readonly named: readonly string[],
    /** Whether the namespace has the option here, so that loaders may name tags. */
    private readonly isAsked: boolean,
  ) {}

  /** Another reply. Each is of after the call came, and the last one calls for the fewest questions. */
  see(clock: TagClock | undefined): void {
    this.clock = clock ?? this.clock;
  }

  /** What the values of a load for this call are stamped with. */
  forLoad(): LoadTags {
    return new LoadTags(this.namespace, this.named, this.clock, this.isAsked);
  }
}

export class OneKeyCall<V> implements ReadCall<V> {
  constructor(
    readonly key: string,
    readonly loader: Loader<V>,
    readonly options: LoadOptions<V>,
    readonly reading: ResolvedReadOptions<V>,
    readonly inside: boolean,
    readonly tags: CallTags | undefined,
  ) {}

  plan(observed: Observed, purpose: Purpose, reporter: Reporter, previous?: Plan<V>['previous']): Plan<V> {
    const { key, loader, reading } = this;
    return {
      observed,
      previous,
      reading,
      purpose,
      source: loader,
      tags: this.tags?.forLoad(),
      loader: (context) => {
        const answer = (value: V): ReadonlyMap<string, V> => {
          if (value === undefined) this.warnOfNothing(context.namespace, reporter);
          return value === undefined ? new Map() : new Map([[key, value]]);
        };
        const loaded = loader(context);
        return isPending(loaded) ? loaded.then(answer) : answer(loaded);
      },
    };
  }

  private warnOfNothing(namespace: string, reporter: Reporter): void {
    const { name = 'A loader' } = this.options;
    const message = `${name} (namespace "${namespace}") returned undefined, which is never cached: return null for "not there".`;
    reporter.warnOnce(`undefined of ${name}`, message);
  }
}

export class ManyKeysCall<V> implements ReadCall<V> {
  /** @param missing what stands for a key that the loader does not answer: nothing, or null */
  constructor(
    readonly loader: ManyLoader<V>,
    readonly options: LoadManyOptions<V>,
    readonly missing: 'absent' | 'negative',
    readonly reading: ResolvedReadOptions<V>,
    readonly inside: boolean,
    readonly tags: CallTags | undefined,
  ) {}

  plan(observed: Observed, purpose: Purpose, reporter: Reporter, previous?: Plan<V>['previous']): Plan<V> {
    const { loader, options, missing, reading } = this;
    return {
      observed,
      previous,
      reading,
      purpose,
      source: loader,
      ofMany: true,
      tags: this.tags?.forLoad(),
      tagsOf: options.tagsOf,
      loader: async (context) => {
        const loaded: unknown = await loader([...context.keys], context);
        if (!(loaded instanceof Map)) throw noMap(options.name ?? 'The loader', reporter.namespace);
        const values = new Map<string, V>();
        let found = 0;
        for (const key of context.keys) {
          const value = loaded.get(key) as V | undefined;
          if (value !== undefined) {
            values.set(key, value);
            found++;
          } else if (missing === 'negative') values.set(key, null as V);
        }
        if (found < loaded.size) assertTexts(loaded, options.name ?? 'The loader', reporter.namespace);
        return values;
      },
    };
  }
}

/** By a number none of the keys is found, so that a row which is there would pass for one that is not. */
function assertTexts(loaded: ReadonlyMap<unknown, unknown>, name: string, namespace: string): void {
  for (const key of loaded.keys()) {
    if (typeof key === 'string') continue;
    const message = `${name} of getOrLoadMany answered a Map with a key of type ${typeof key}: its keys are those that it was asked for, so set String(id).`;
    throw new CasValueError(message, { namespace });
  }
}

function noMap(name: string, namespace: string): CasValueError {
  return new CasValueError(`${name} of getOrLoadMany answered no Map: answer a Map from key to value.`, { namespace });
}
