import { expect, it, jest } from '@jest/globals';
import { applications, errorOf } from '../../support/nest/applications.js';

// What Node answers for a package that is not installed.
jest.unstable_mockModule('ioredis', () => {
  throw Object.assign(new Error("Cannot find package 'ioredis' imported from /app/node_modules/nestjs-cascache"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
});
const { CasCacheModule, CasCacheRegistry, CasMissingPeerError } = await import('nestjs-cascache');

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

it('topology memory needs no ioredis', async () => {
  const app = await compile({ imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')] });
  expect(app.get(CasCacheRegistry).names()).toEqual(['user']);
});
