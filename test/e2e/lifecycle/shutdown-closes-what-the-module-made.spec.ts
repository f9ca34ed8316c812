import { describe, expect, it, jest } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { TestingModule } from '@nestjs/testing';
import {
  CAS_GEN_STORE,
  CAS_PROVIDER,
  CasCacheModule,
  CasCacheRegistry,
  CasCacheService,
  CasCloseError,
  LocalGenerationStore,
  MemoryProvider,
} from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile, start } = applications();

/** Notes when the parts of an application close. */
function watchClosing(app: TestingModule): string[] {
  const closed: string[] = [];
  const watch = (name: string, part: { close(): unknown }): void => {
    const close = part.close.bind(part);
    part.close = () => {
      closed.push(name);
      return close();
    };
  };
  watch('provider', app.get<MemoryProvider>(CAS_PROVIDER));
  watch('generations', app.get<LocalGenerationStore>(CAS_GEN_STORE));
  watch('cache', app.get(CasCacheRegistry).get('user'));
  return closed;
}

@Injectable()
class Worker implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly seen: unknown[] = [];

  constructor(private readonly cache: CasCacheService<string>) {}

  async onModuleDestroy(): Promise<void> {
    this.seen.push(await this.cache.get('1'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.seen.push(await this.cache.get('1'));
  }

  async onApplicationShutdown(): Promise<void> {
    this.seen.push(await this.cache.get('1'));
    await this.cache.invalidate('1');
  }
}

const imports = () => [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')];

describe('shutting down', () => {
  it.each([
    ['an initialised application', start],
    ['one that was only compiled', compile],
  ])('%s closes the caches, then the stores, each once', async (_, make) => {
    const app = await make({ imports: imports() });
    const closed = watchClosing(app);
    await app.close();
    await app.get(CasCacheRegistry).close();
    expect(closed).toEqual(['cache', 'provider', 'generations']);
  });

  it('leaves the cache open for the shutdown hooks of the application', async () => {
    const app = await start({ imports: imports(), providers: [Worker] });
    const worker = app.get(Worker);
    await app
      .get(CasCacheRegistry)
      .get<string>('user')
      .getOrLoad('1', () => 'Linus');
    await app.close();
    expect(worker.seen).toEqual(['Linus', 'Linus', 'Linus']);
  });

  it('leaves open what the application gave: a provider, a generation store', async () => {
    const provider = new MemoryProvider();
    const genStore = new LocalGenerationStore();
    const close = [jest.spyOn(provider, 'close'), jest.spyOn(genStore, 'close')];
    const app = await start({
      imports: [CasCacheModule.forRoot({ provider, genStore }), CasCacheModule.forFeature('user')],
    });
    await app.close();
    for (const spy of close) expect(spy).not.toHaveBeenCalled();
  });

  it('leaves open what a namespace was given', async () => {
    const provider = new MemoryProvider();
    const close = jest.spyOn(provider, 'close');
    const app = await start({
      imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature({ namespace: 'user', provider })],
    });
    await app.close();
    expect(close).not.toHaveBeenCalled();
  });

  it('leaves open what a testing module put in the place of a token', async () => {
    const provider = new MemoryProvider();
    const close = jest.spyOn(provider, 'close');
    const app = await compile({ imports: imports() }, (builder) =>
      builder.overrideProvider(CAS_PROVIDER).useValue(provider),
    );
    await app.close();
    expect(close).not.toHaveBeenCalled();
  });

  it('closes the private store of a namespace with maxBytes', async () => {
    const app = await start({
      imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature({ namespace: 'user', maxBytes: 10_000 })],
    });
    const close = jest.spyOn(MemoryProvider.prototype, 'close');
    await app.close();
    expect(close.mock.contexts.map((provider) => (provider as MemoryProvider).holds).toSorted()).toEqual([
      'bytes',
      'values',
    ]);
    close.mockRestore();
  });

  it('goes on when a store does not close, and logs it', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const app = await start({ imports: imports(), providers: [Worker] });
    const [provider, generations] = [
      app.get<MemoryProvider>(CAS_PROVIDER),
      app.get<LocalGenerationStore>(CAS_GEN_STORE),
    ];
    provider.close = () => {
      throw new Error('the provider is stuck');
    };
    const close = jest.spyOn(generations, 'close');
    await expect(app.close()).resolves.toBeUndefined();
    expect(close).toHaveBeenCalledTimes(1);
    expect(logged.mock.calls.map(([message]) => String(message))).toEqual([
      expect.stringContaining('The cache closed, but not all is well: '),
    ]);
    logged.mockRestore();
  });
});

describe('CasCacheRegistry.close', () => {
  it('reports every error', async () => {
    const app = await compile({ imports: imports() });
    const failures = [new Error('stuck'), new Error('stuck too')];
    app.get<MemoryProvider>(CAS_PROVIDER).close = () => {
      throw failures[0] as Error;
    };
    app.get<LocalGenerationStore>(CAS_GEN_STORE).close = () => {
      throw failures[1] as Error;
    };
    const error = (await errorOf(() => app.get(CasCacheRegistry).close())) as CasCloseError;
    expect(error).toBeInstanceOf(CasCloseError);
    expect(error.errors).toEqual(failures);
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await app.close();
    logged.mockRestore();
  });

  it('leaves caches that miss and do not fill', async () => {
    const app = await compile({ imports: imports() });
    const registry = app.get(CasCacheRegistry);
    await registry.close();
    const cache = registry.get<number>('user');
    expect(await cache.getOrLoad('1', () => 1)).toBe(1);
    expect(await cache.getOrLoad('1', () => 2)).toBe(2);
  });
});
