import { describe, expect, it } from '@jest/globals';
import { CasConfigError } from 'nestjs-cascache';
import type { CasCacheModuleOptions } from 'nestjs-cascache';
import { resolveModuleOptions } from '../../../../lib/nest/resolve-module-options.js';

const given = (options: object): CasCacheModuleOptions => options as CasCacheModuleOptions;

describe('redis that is given and not set', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
    ['an empty text', '  '],
    ['an object without a single option', {}],
    ['an object without a single option', { host: undefined, port: undefined }],
  ])('as %s (%p) is an error that asks for the variable', (name, redis) => {
    for (const topology of [undefined, 'redis', 'near', 'tiered']) {
      const resolve = (): unknown => resolveModuleOptions(given({ redis, topology }));
      expect(resolve).toThrow(CasConfigError);
      expect(resolve).toThrow(`redis of forRoot is there, and it is ${name}: is the variable set`);
    }
  });

  it.each([undefined, null, '', {}])('is none where topology memory is given beside it: %p', (redis) => {
    const { topology, redis: resolved } = resolveModuleOptions(given({ redis, topology: 'memory' }));
    expect([topology, resolved]).toEqual(['memory', undefined]);
  });

  it('but left out it is memory', () => {
    expect(resolveModuleOptions({}).topology).toBe('memory');
  });
});

describe('a client of another library is refused by its name', () => {
  it('node-redis', () => {
    class RedisClient {
      readonly isOpen = false;
      sendCommand(): void {}
      duplicate(): void {}
    }
    const resolve = (): unknown => resolveModuleOptions(given({ redis: new RedisClient() }));
    expect(resolve).toThrow(CasConfigError);
    expect(resolve).toThrow('redis of forRoot is a client of node-redis, and this package needs one of ioredis');
  });

  it('ioredis-mock', () => {
    class RedisMock {
      readonly status = 'ready';
      duplicate(): void {}
      pipeline(): void {}
    }
    const resolve = (): unknown => resolveModuleOptions(given({ redis: new RedisMock() }));
    expect(resolve).toThrow(CasConfigError);
    expect(resolve).toThrow(
      "redis of forRoot is a client of ioredis-mock, which does not answer as a Redis does: give topology: 'memory'",
    );
  });
});

describe('redis in the spelling of node-redis is refused with ours', () => {
  it.each<[object, string]>([
    [{ url: 'redis://127.0.0.1' }, 'the option "url" of node-redis, and this package uses ioredis: `redis` itself'],
    [{ socket: { host: '127.0.0.1' } }, 'give { host, port, tls } themselves'],
    [{ rootNodes: [{ url: 'redis://127.0.0.1' }] }, 'give { nodes: [{ host, port }, …] }'],
  ])('%p', (redis, message) => {
    expect(() => resolveModuleOptions({ redis: redis as Record<string, unknown> })).toThrow(CasConfigError);
    expect(() => resolveModuleOptions({ redis: redis as Record<string, unknown> })).toThrow(message);
  });
});
