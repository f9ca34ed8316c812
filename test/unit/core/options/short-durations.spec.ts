import { describe, expect, it, jest } from '@jest/globals';

import { LocalGenerationStore, MemoryProvider } from 'nestjs-cascache';
import type { Ttl } from 'nestjs-cascache';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { resolveModuleOptions } from '../../../../lib/nest/resolve-module-options.js';
import { Retention } from '../../../../lib/redis/cells/retention.js';
import { MEMORY } from '../../../support/core/topologies.js';

/** What is said of the options of a namespace. */
function saidOf(options: object, defaults: object = {}): string[] {
  const said: string[] = [];
  resolveNamespaceOptions({ namespace: 'user', ...options }, defaults, (name, ms) => said.push(`${name}: ${ms}`));
  return said;
}

describe('a bare number below a second', () => {
  it.each(['ttl', 'bulkTtl', 'fresh', 'negativeTtl', 'nearTtl', 'intentLease'])('is warned about: %s', (option) => {
    expect(saidOf({ [option]: 60 })).toEqual([`${option} of namespace "user": 60`]);
    expect(saidOf({ [option]: 999 })).toHaveLength(1);
    for (const meant of [1_000, '60ms', '60s', undefined]) expect(saidOf({ [option]: meant })).toEqual([]);
  });

  it.each(['timeout', 'softTimeout', 'loadTimeout', 'stampedeWait', 'requestAge'])('is usual: %s', (option) => {
    expect(saidOf({ [option]: 60 })).toEqual([]);
  });

  it("is said of the module's defaults once, not of each namespace that has them", () => {
    expect(saidOf({}, { ttl: 60 })).toEqual([]);
    expect(resolveModuleOptions({ defaults: { ttl: 60 } }).warnings).toEqual([
      expect.stringMatching(
        /^ttl of namespace "defaults" is 60, and a bare number is milliseconds\. Write '60s' .*'60ms'/,
      ),
    ]);
  });

  it('in a call is said once, by a warning of the namespace', async () => {
    const { cache, events } = MEMORY.rig();
    const warnings = (): unknown[] => events.of('warning');
    for (const key of ['a', 'b']) await cache.getOrLoad(key, () => 1, { ttl: 60 });
    await cache.getOrLoad('c', () => 1, { ttl: '60ms', loadTimeout: 60 });
    expect(warnings()).toEqual([expect.objectContaining({ message: expect.stringContaining('ttl is 60') })]);
    await cache.getOrLoad('d', () => 1, { fresh: 60, name: 'Users.find' });
    expect(warnings()).toHaveLength(2);
    expect(warnings()[1]).toMatchObject({ message: expect.stringContaining('fresh of Users.find is 60') });
  });

  it('in the options of a store of its own is a warning of the process', () => {
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      new LocalGenerationStore({ retention: 30 as Ttl }).close();
      expect(emit.mock.calls).toEqual([
        [expect.stringContaining('retention of LocalGenerationStore is 30'), 'CasCacheWarning'],
      ]);
      expect(new MemoryProvider({ lifeWindow: 60 }).holds).toBe('values');
      expect(emit).toHaveBeenCalledTimes(2);
      expect(new MemoryProvider({ lifeWindow: '60ms' }).holds).toBe('values');
      expect(emit).toHaveBeenCalledTimes(2);
    } finally {
      emit.mockRestore();
    }
    const said: string[] = [];
    expect(new Retention({ fillDeadline: 60 }, (name) => said.push(name)).fillDeadline).toBe(60);
    expect(said).toEqual(['`fillDeadline` of RedisGenerationStore']);
  });
});
