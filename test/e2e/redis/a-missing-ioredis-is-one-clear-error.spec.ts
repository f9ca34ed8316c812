import { expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisProvider } from 'nestjs-cascache/redis';
import { CasCacheModule, CasCacheRegistry, CasMissingPeerError } from 'nestjs-cascache';

import { applications, errorOf } from '../../support/nest/applications.js';

// What Node answers for a package that is not installed.
jest.mock('ioredis', () => {
  throw Object.assign(new Error("Cannot find module 'ioredis'"), { code: 'MODULE_NOT_FOUND' });
});

const { compile } = applications();

it.each(['redis', 'near', 'tiered'] as const)(
  'topology %s without ioredis is one clear error at start-up',
  async (topology) => {
    const imports = [
      CasCacheModule.forRoot({ topology, redis: 'redis://127.0.0.1' }),
      CasCacheModule.forFeature('user'),
    ];
    const error = await errorOf(() => compile({ imports }));
    expect(error).toBeInstanceOf(CasMissingPeerError);
    expect(error).toMatchObject({ peer: 'ioredis', code: 'CAS_MISSING_PEER' });
    expect(error.message).toContain('npm install ioredis');
  },
);

it('a client brings its own classes, so none is needed: its own copy may be of a fork', async () => {
  const client = new Redis({ port: 1, lazyConnect: true });
  const app = await compile({
    imports: [CasCacheModule.forRoot({ redis: client }), CasCacheModule.forFeature('user')],
  });
  expect(app.get(CasCacheRegistry).names()).toEqual(['user']);
  const provider = new RedisProvider(client);
  await provider.close();
  for (const source of ['redis://127.0.0.1', { port: 1 }, { nodes: [{ port: 1 }] }]) {
    expect(() => new RedisProvider(source)).toThrow(CasMissingPeerError);
  }
});

it('topology memory needs no ioredis', async () => {
  const app = await compile({ imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')] });
  expect(app.get(CasCacheRegistry).names()).toEqual(['user']);
});
