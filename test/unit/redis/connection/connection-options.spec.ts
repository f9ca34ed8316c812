import { describe, expect, it } from '@jest/globals';

import { CasConfigError } from '../../../../lib/errors.js';
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
    ['waitTimeout', { waitTimeout: 0 }],
    ['waitTimeout', { waitTimeout: Infinity }],
    ['onFailover', { onFailover: 'keep' }],
    ['onFailover', { onFailover: null }],
  ])('a bad %s is refused by its name: %p', (name, options) => {
    expect(() => failoverOptions(options as RedisConnectionOptions)).toThrow(CasConfigError);
    expect(() => failoverOptions(options as RedisConnectionOptions)).toThrow(name);
  });
});
