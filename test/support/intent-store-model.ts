import { randomUUID } from 'node:crypto';

import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { ABSENT, OPEN } from '../../lib/contracts/generation-store.js';
import type { GenerationReading, GenerationStore } from '../../lib/contracts/generation-store.js';
import type { IntentStore, SettledIntent } from '../../lib/contracts/intent-store.js';
import type { IntentStoreUnderTest } from './intent-store-contract.js';

/** A key as the contract has it. Time is what the history says that has passed. */
class ModelKey {
  now = 0;
  /** No number that the store answers from here on is one of these or below. */
  highest = 0;
  generation: number | undefined;
  private readonly deadlines = new Map<string, number>();
  /**
   * It was opened, and nobody has issued since its last writer was gone: whether it still reads OPEN is up to the
   * store.
   */
  private wasOpen = false;

  /** What a read may say. */
  readings(): GenerationReading[] {
    if (this.isOpen()) return [OPEN];
    if (this.generation !== undefined) return [this.generation];
    return this.wasOpen ? [OPEN, ABSENT] : [ABSENT];
  }

  isOpen(): boolean {
    for (const [token, deadline] of this.deadlines) if (deadline <= this.now) this.deadlines.delete(token);
    return this.deadlines.size > 0;
  }

  open(token: string, leaseMs: number): void {
    this.isOpen();
    this.deadlines.set(token, this.now + leaseMs);
    this.generation = undefined;
    this.wasOpen = true;
  }

  renew(token: string, leaseMs: number): boolean {
    const isThere = this.isOpen() && this.deadlines.has(token);
    if (isThere) this.deadlines.set(token, this.now + leaseMs);
    return isThere;
  }

  settle(token: string): boolean {
    this.isOpen();
    return this.deadlines.delete(token);
  }

  issued(generation: number): void {
    expect(generation).toBeGreaterThan(this.highest);
    this.highest = generation;
    if (this.isOpen()) return;
    this.generation = generation;
    this.wasOpen = false;
  }

  clear(): void {
    if (this.isOpen()) return;
    this.generation = undefined;
    this.wasOpen = false;
  }
}

// No sum of times that pass comes near a lease: the real time that a test takes makes no difference.
const LEASES = [10_500, 31_500];
const PASSING = [7_000, 14_000, 35_000];

const key = fc.constantFrom(0, 1);
const token = fc.constantFrom('one', 'two', 'three');
const lease = fc.constantFrom(...LEASES);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('open'), key, token, lease }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('renew'), key, token, lease }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle'), key, token }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('bump', 'snapshot', 'extend', 'clear'), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.constantFrom(...PASSING) }) },
);
type Step = { do: string; key?: number; token?: string; lease?: number; ms?: number };

/** Whatever writers do, in whichever order, the store is what the contract says it is. */
export function describeIntentModel(subject: IntentStoreUnderTest): void {
  it('is what the contract says after any history of two keys and three writers', async () => {
    const made = await subject.make();
    try {
      const history = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) =>
        play(subject, made.store, steps),
      );
      await fc.assert(history, { numRuns: subject.histories });
    } finally {
      await made.close();
    }
  });
}

async function play(subject: IntentStoreUnderTest, store: GenerationStore, steps: readonly Step[]): Promise<void> {
  const prefix = `single:t-${randomUUID()}:`;
  const names = [`${prefix}0`, `${prefix}1`];
  const models = names.map(() => new ModelKey());
  for (const each of steps) {
    if (each.ms !== undefined) {
      await subject.pass(store, names, each.ms);
      for (const model of models) model.now += each.ms;
    } else {
      const place = each.key ?? 0;
      await take(store, names[place] as string, models[place] as ModelKey, each);
    }
    for (const [place, model] of models.entries()) {
      const reading = await store.current(names[place] as string);
      // Thousands of times: an `expect` for each would take most of the test's time.
      if (!model.readings().includes(reading)) expect([reading]).toEqual(model.readings());
    }
  }
}

async function take(store: GenerationStore, name: string, model: ModelKey, each: Step): Promise<void> {
  const intents = store.intents as IntentStore;
  const { token: writer = '', lease: leaseMs = 0 } = each;
  switch (each.do) {
    case 'open':
      expect(await intents.open([name], writer, leaseMs)).toEqual([undefined]);
      return model.open(writer, leaseMs);
    case 'renew':
      return expect(await intents.renew([name], writer, leaseMs)).toEqual([model.renew(writer, leaseMs)]);
    case 'settle': {
      const [settled] = (await intents.settle([name], writer)) as SettledIntent[];
      expect(settled?.held).toBe(model.settle(writer));
      return model.issued(settled?.generation ?? 0);
    }
    case 'bump':
      return model.issued(await store.bump(name));
    case 'snapshot': {
      const taken = await store.snapshot(name);
      if (model.isOpen()) return expect(taken).toBe(0);
      if (model.generation === undefined) return model.issued(taken);
      return expect(taken).toBe(model.generation);
    }
    case 'extend':
      return expect(await store.extend(name, model.highest, 60_000)).toBe(
        model.generation !== undefined && !model.isOpen(),
      );
    default:
      await store.clear(name);
      return model.clear();
  }
}
