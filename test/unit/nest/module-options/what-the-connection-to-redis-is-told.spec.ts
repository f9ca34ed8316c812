import { describe, expect, it, jest } from '@jest/globals';
import type { CasCacheModuleOptions } from 'nestjs-cascache';
import type { RedisParts } from '../../../../lib/nest/load-redis.js';
import { resolveModuleOptions } from '../../../../lib/nest/resolve-module-options.js';
import { ApplicationStores } from '../../../../lib/nest/application-stores.js';

const logger = { log: () => undefined, error: () => undefined, warn: () => undefined };

/** The options that the connection of an application is made with. */
async function told(options: CasCacheModuleOptions): Promise<unknown> {
  const connection = jest.fn();
  const parts = { RedisConnection: connection, RedisGenerationStore: jest.fn() } as unknown as RedisParts;
  const topology = new ApplicationStores(
    resolveModuleOptions({ redis: { host: '127.0.0.1' }, ...options }),
    logger,
    async () => parts,
  );
  await topology.generations();
  return connection.mock.calls[0]?.[1];
}

describe('the connection to Redis is told', () => {
  it('nothing of replicas, and to drop what a failover may bring back, by default', async () => {
    expect(await told({})).toMatchObject({ waitReplicas: 0, onFailover: 'drop', waitTimeout: undefined });
  });

  it('what the module was told', async () => {
    expect(await told({ waitReplicas: 2, onFailover: 'trust', keyPrefix: 'app:' })).toMatchObject({
      waitReplicas: 2,
      onFailover: 'trust',
      keyPrefix: 'app:',
    });
  });

  it('to wait for replicas less long than an operation may take', async () => {
    expect(await told({ waitReplicas: 1, defaults: { timeout: '1s' } })).toMatchObject({ waitTimeout: 800 });
  });
});
