import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CasCacheModule, CasCacheRegistry, CasInvalidateError } from 'nestjs-cascache';
import type { CasTopology } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';

const { compile, track } = applications();

/** Nothing listens there. */
const redis = { host: '127.0.0.1', port: 1 };

describe.each<CasTopology>(['redis', 'near', 'tiered'])('with topology %s and no Redis', (topology) => {
  let logged: jest.SpiedFunction<typeof Logger.prototype.error>;
  beforeEach(() => {
    logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => {
    logged.mockRestore();
  });

  const application = (options = {}) => ({
    imports: [CasCacheModule.forRoot({ topology, redis, ...options }), CasCacheModule.forFeature('user')],
    providers: [UserRepository],
  });

  it('the application starts, serves every read from the source, and ends', async () => {
    @Module(application())
    class AppModule {}
    const app = track(await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false }));
    const users = app.get(UserRepository);
    expect([(await users.find('1')).name, (await users.find('1')).name]).toEqual(['Linus', 'Linus']);
    expect(users.reads).toBe(2);
    await app.close();
  });

  it('a write happens, and says that it could not be announced', async () => {
    const users = (await compile(application())).get(UserRepository);
    const error = await errorOf(() => users.rename('1', 'Ada'));
    expect(error).toBeInstanceOf(CasInvalidateError);
    expect(users.name).toBe('Ada');
    expect((await users.find('1')).name).toBe('Ada');
  });

  it('the faults are logged, one line for each kind, without the key', async () => {
    const app = await compile(application());
    const users = app.get(UserRepository);
    for (let i = 0; i < 5; i++) await users.find('linus@example.org');
    const lines = logged.mock.calls.map(([line]) => String(line));
    expect(lines.length).toBeGreaterThan(0);
    expect(new Set(lines.map((line) => line.replace(/#.*/, ''))).size).toBe(lines.length);
    expect(lines.join()).toContain('CAS_UNAVAILABLE');
    expect(lines.join()).not.toContain('linus@');
    const { faults } = app.get(CasCacheRegistry).get('user').stats();
    expect(Object.values(faults).reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(5);
  });

  it('logger: false logs nothing', async () => {
    const users = (await compile(application({ logger: false }))).get(UserRepository);
    await users.find('1');
    expect(logged).not.toHaveBeenCalled();
  });
});
