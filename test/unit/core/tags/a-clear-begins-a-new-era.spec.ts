import { describe, expect, it } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { Deferred } from '../../../support/core/deferred.js';
import { pass, settled } from '../../../support/core/manual-timers.js';
import type { Rig } from '../../../support/core/rig.js';
import { MEMORY, TOPOLOGIES } from '../../../support/core/topologies.js';

const DOWN = new CasUnavailableError('The server is down.');
const SHARED = TOPOLOGIES.filter(({ name }) => name !== MEMORY.name);

/** Which steps of a clear were taken, in their order. */
function stepsOf({ log }: Rig): readonly string[] {
  return log.steps().filter((step) => step === 'tags.clear' || step === 'generations.clear');
}

function isOwed({ cache }: Rig): boolean {
  return cache.stats().pendingInvalidations.wholeNamespace;
}

describe.each(TOPOLOGIES)('clear in a namespace with tags: $name', ({ rig }) => {
  it('begins a new era, then ends the generations, for processes without tags', async () => {
    const stores = rig({ tags: true });
    await stores.cache.getOrLoad('42', () => 'old', { tags: 'a' });
    stores.log.forget();
    await stores.cache.clear();
    expect(stepsOf(stores)).toEqual(['tags.clear', 'generations.clear']);
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it.each([true, 'everywhere'] as const)(
    'fails when no era could be begun, and is repeated (tags: %p)',
    async (tags) => {
      const stores = rig({ tags });
      stores.generations.tags.script.fail('clear', 'reject', DOWN);
      await expect(stores.cache.clear()).rejects.toMatchObject({ code: 'CAS_CLEAR', cause: DOWN });
      // The other half was tried all the same.
      expect(stepsOf(stores)).toEqual(['tags.clear', 'generations.clear']);
      expect(isOwed(stores)).toBe(true);
      stores.mend();
      await pass(stores.timers, 1_000);
      expect(isOwed(stores)).toBe(false);
    },
  );

  it('lands the tags that are owed, and a part of it none', async () => {
    const stores = rig({ tags: true });
    stores.generations.tags.script.fail('invalidate', 'reject', DOWN);
    await expect(stores.cache.invalidateTags('a')).rejects.toThrow('1 tag(s)');
    await stores.components.invalidator.clear('1:p:').catch(() => undefined);
    expect(stores.cache.stats().pendingInvalidations.tags).toBe(1);
    stores.mend();
    stores.generations.tags.script.fail('invalidate', 'reject', DOWN);
    await stores.cache.clear();
    expect(stores.cache.stats().pendingInvalidations).toMatchObject({ tags: 0, wholeNamespace: false });
  });

  it('lands the tags that are owed when it is one that is repeated', async () => {
    const stores = rig({ tags: true });
    stores.generations.tags.script.fail('*', 'reject', DOWN);
    await expect(stores.cache.invalidateTags('a')).rejects.toThrow('1 tag(s)');
    await expect(stores.cache.clear()).rejects.toMatchObject({ code: 'CAS_CLEAR' });
    stores.mend();
    stores.generations.tags.script.fail('invalidate', 'reject', DOWN);
    await pass(stores.timers, 1_000);
    expect(stores.cache.stats().pendingInvalidations).toMatchObject({ tags: 0, wholeNamespace: false });
  });
});

describe.each(SHARED)("clear with tags: 'everywhere': $name", ({ rig }) => {
  it('is one step, and frees behind it what has ended', async () => {
    const stores = rig({ tags: 'everywhere' });
    await stores.cache.getOrLoad('42', () => 'old');
    stores.log.forget();
    stores.generations.script.fail('clear', 'hang');
    await stores.cache.clear();
    expect(await stores.cache.get('42')).toBeUndefined();
    expect(stepsOf(stores)).toEqual(['tags.clear', 'generations.clear']);
    stores.mend();
    stores.release();
    await settled();
    expect(stores.entries.held.size).toBe(0);
  });

  it('reports what could not be freed, until it is closing', async () => {
    for (const closes of [false, true]) {
      const closed = new Deferred();
      const stores = rig({ tags: 'everywhere', owned: [{ close: () => closed.promise }] });
      stores.generations.script.fail('clear', 'hang');
      await stores.cache.clear();
      const closing = closes ? stores.cache.close() : undefined;
      await settled();
      stores.fell(DOWN);
      await settled();
      expect(stores.events.faults()).toEqual(closes ? [] : ['clear']);
      closed.resolve(undefined);
      await closing;
    }
  });
});

describe("clear with tags: 'everywhere' in process", () => {
  it('removes the entries at once', async () => {
    const stores = MEMORY.rig({ tags: 'everywhere' });
    await stores.cache.getOrLoad('42', () => 'old');
    await stores.cache.clear();
    expect([stores.entries.held.size, stores.generations.cells.size]).toEqual([0, 0]);
  });
});
