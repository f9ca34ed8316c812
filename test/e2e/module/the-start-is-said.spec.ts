import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { CasCacheModule, CasCacheRegistry, LocalGenerationStore } from 'nestjs-cascache';
import type { CasCacheModuleOptions, GenerationStore } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { start } = applications();

/** Shared, as far as the module can see. */
const SHARED = Object.assign(new LocalGenerationStore(), { reach: 'shared' }) as GenerationStore;

describe('one line at start', () => {
  let lines: string[];
  const environment = { ...process.env };

  beforeEach(() => {
    lines = [];
    for (const level of ['log', 'warn'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((message: unknown) => {
        const line = String(message);
        // What Nest itself says of each module.
        if (!line.endsWith('dependencies initialized')) lines.push(`${level} ${line}`);
      });
    }
  });

  afterEach(() => {
    process.env = { ...environment };
    jest.restoreAllMocks();
  });

  const application = (
    options: CasCacheModuleOptions,
    ...features: Parameters<typeof CasCacheModule.forFeature>[0][]
  ) =>
    start({
      imports: [CasCacheModule.forRoot(options), ...features.map((feature) => CasCacheModule.forFeature(feature))],
    });

  it('names namespaces, topology and what is off', async () => {
    const app = await application({}, 'user', { namespace: 'order', enabled: false, disableBulk: true });
    const off = 'off: enabled: false of "order", disableBulk: true of "order"';
    expect(lines).toEqual([`log 2 namespaces (order, user), topology memory; ${off}`]);
    expect(app.get(CasCacheRegistry).describe()).toEqual({
      topology: 'memory',
      server: undefined,
      namespaces: ['order', 'user'],
      off: ['enabled: false of "order"', 'disableBulk: true of "order"'],
    });
  });

  it('names the server without its password', async () => {
    const redis = 'redis://app:hidden1@127.0.0.1:1';
    const app = await application({ redis, onFailover: 'trust' }, 'user');
    const [line] = lines.filter((each) => each.startsWith('log 1 namespace'));
    expect(line).toBe("log 1 namespace (user), topology redis, Redis at 127.0.0.1:1; off: onFailover: 'trust'");
    expect(app.get(CasCacheRegistry).describe()).toMatchObject({ server: 'Redis at 127.0.0.1:1' });
    expect(lines.join()).not.toContain('hidden');
  });

  it('is not written where the logger is off', async () => {
    await application({ logger: false }, 'user');
    expect(lines).toEqual([]);
  });

  it.each([
    ['node:cluster', { NODE_UNIQUE_ID: '1' }],
    ['pm2', { NODE_APP_INSTANCE: '0', instances: '4' }],
  ])('a worker of %s is warned on topology memory', async (name, env) => {
    process.env = { ...environment, ...env };
    await application({}, 'user');
    expect(lines[1]).toContain(`warn This process is a worker of ${name}`);
  });

  it.each<[string, Record<string, string>, CasCacheModuleOptions]>([
    ['the only process of pm2', { NODE_APP_INSTANCE: '0', instances: '1' }, {}],
    ['one with generations that all share', { NODE_UNIQUE_ID: '1' }, { genStore: SHARED }],
    ['no worker', {}, {}],
  ])('no other is: %s', async (_, env, options) => {
    process.env = { ...environment, ...env };
    await application(options, 'user');
    expect(lines).toEqual(['log 1 namespace (user), topology memory']);
  });
});
