import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { settled } from '../../support/core/manual-timers.js';
import type { Rig } from '../../support/core/rig.js';
import { TOPOLOGIES } from '../../support/core/topologies.js';

const KEYS = ['a', 'b'];

/** A value says which key it belongs to, and how often that had been invalidated when its load began. */
interface Value {
  readonly key: string;
  readonly generation: number;
}

const key = fc.constantFrom(...KEYS);
const keys = fc.oneof(fc.constant(KEYS), fc.subarray(KEYS, { minLength: 1 }));
const any = fc.nat();

/** Often what fills and reads, seldom what breaks: most sequences are to reach a hit. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('observe' as const), keys }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fill' as const), key, any }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('fill many' as const), keys, any }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('get' as const), key }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('get many' as const), keys }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('load' as const), key, meanwhile: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('invalidate' as const), keys }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('invalidate elsewhere' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose a generation' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('put back an old entry' as const), any }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break generations' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break entries' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('mend' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

class World {
  /** How often each key was invalidated, as far as anybody was told that it worked. */
  private readonly generations = new Map(KEYS.map((each) => [each, 0]));
  private readonly observations: {
    readonly gens: ReadonlyMap<string, number>;
    readonly generations: Map<string, number>;
  }[] = [];
  private readonly seen: (() => void)[] = [];
  hits = 0;

  constructor(private readonly stores: Rig) {}

  async take(next: Step): Promise<void> {
    const { stores } = this;
    const { cache, generations, entries } = stores;
    switch (next.do) {
      case 'observe':
        this.observations.push({ generations: new Map(this.generations), gens: await cache.snapshotGens(next.keys) });
        break;
      case 'fill': {
        const past = this.past(next.any, [next.key]);
        if (past) await cache.setWithGen(next.key, past.items.get(next.key), past.gens.get(next.key) as number);
        break;
      }
      case 'fill many': {
        const past = this.past(next.any, next.keys);
        if (past) await cache.setBulkWithGens(past.items, past.gens);
        break;
      }
      case 'get':
        this.check(next.key, (await cache.get(next.key)) as Value | undefined);
        break;
      case 'get many':
        for (const [each, value] of (await cache.getBulk(next.keys)).values) this.check(each, value as Value);
        break;
      case 'load': {
        const before = this.generations.get(next.key) as number;
        const load = async (): Promise<Value> => {
          if (next.meanwhile) await this.take({ do: 'invalidate', keys: [next.key] });
          return { key: next.key, generation: before };
        };
        const value = (await cache.getOrLoad(next.key, load)) as Value;
        expect(value.key).toBe(next.key);
        expect(value.generation).toBeGreaterThanOrEqual(before);
        break;
      }
      case 'invalidate': {
        const failed: unknown = await cache.invalidate(next.keys).catch((cause: unknown) => cause);
        const failures = (failed as { failures?: ReadonlyMap<string, unknown> } | undefined)?.failures;
        for (const each of next.keys) if (failures?.has(each) !== true) this.ended(each);
        break;
      }
      case 'invalidate elsewhere':
        generations.issue(stores.at(next.key));
        this.ended(next.key);
        break;
      case 'lose a generation':
        generations.lose(stores.at(next.key));
        break;
      case 'put back an old entry':
        this.seen[next.any % Math.max(1, this.seen.length)]?.();
        break;
      case 'break generations':
        stores.loseGenerationStore('reject');
        break;
      case 'break entries':
        for (const part of [entries, stores.near]) part?.script.fail('*', 'reject');
        break;
      case 'mend':
        stores.mend();
        break;
      case 'clear':
        await cache.clear().then(
          () => KEYS.forEach((each) => this.ended(each)),
          () => undefined,
        );
    }
    await settled();
    for (const part of [entries, stores.near]) {
      for (const [at, held] of part?.held ?? []) this.seen.push(() => part?.held.set(at, held as never));
    }
  }

  private ended(each: string): void {
    this.generations.set(each, (this.generations.get(each) as number) + 1);
  }

  private check(each: string, value: Value | undefined): void {
    if (value === undefined) return;
    this.hits++;
    expect(value.key).toBe(each);
    expect(value.generation).toBeGreaterThanOrEqual(this.generations.get(each) as number);
  }

  /** What was observed some time ago of all these keys, and what was loaded under it. */
  private past(which: number, wanted: readonly string[]) {
    const fitting = this.observations.filter(({ gens }) => wanted.every((each) => gens.has(each)));
    // Mostly the last one: the others are stale as a rule.
    const found = fitting.at(-1 - (which % 10 < 7 ? 0 : which % Math.max(1, fitting.length)));
    if (found === undefined) return undefined;
    const items = new Map<string, Value>(
      wanted.map((each) => [each, { key: each, generation: found.generations.get(each) as number }]),
    );
    return { items, gens: found.gens };
  }
}

describe.each(TOPOLOGIES)('whatever happens in whatever order: $name', ({ rig }) => {
  it('no read returns a value that was loaded before an invalidation which had resolved when the read began', async () => {
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
        const world = new World(rig());
        for (const next of steps) await world.take(next);
        hits += world.hits;
      }),
      { numRuns: 80 },
    );
    expect(hits).toBeGreaterThan(0);
  });
});
