import { describe, expect, it } from '@jest/globals';

import { CasConfigError, CasTtlError } from '../../../../lib/errors.js';
import { failoverOptions } from '../../../../lib/redis/connection/connection-options.js';
import type { RedisConnectionOptions } from '../../../../lib/redis/connection/connection-options.js';

describe('what a connection does about failovers', () => {
  it('by default: it waits for no replica, and drops what a failover may bring back', () => {
    expect(failoverOptions({})).toEqual({ waitReplicas: 0, onFailover: 'drop', waitTimeout: 200 });
    const absent = { waitReplicas: undefined, onFailover: undefined, waitTimeout: undefined };
    expect(failoverOptions(absent)).toEqual(failoverOptions({}));
  });

  it.each<[string, object]>([
    ['waitReplicas', { waitReplicas: -1 }],
    ['waitReplicas', { waitReplicas: 1.5 }],
    ['waitReplicas', { waitReplicas: NaN }],
    ['waitReplicas', { waitReplicas: '1' }],
    ['onFailover', { onFailover: 'keep' }],
    ['onFailover', { onFailover: null }],
  ])('a bad %s is refused by its name: %p', (name, options) => {
    expect(() => failoverOptions(options as RedisConnectionOptions)).toThrow(CasConfigError);
    expect(() => failoverOptions(options as RedisConnectionOptions)).toThrow(name);
  });

  it.each([0, -1, Infinity, '200'])('a waitTimeout of %p is refused by its name', (waitTimeout) => {
    const options = { waitTimeout } as RedisConnectionOptions;
    expect(() => failoverOptions(options)).toThrow(CasTtlError);
    expect(() => failoverOptions(options)).toThrow('waitTimeout of RedisConnection');
  });

  it('a waitTimeout may have a unit', () => {
    expect(failoverOptions({ waitTimeout: '1s' }).waitTimeout).toBe(1_000);
  });
});
