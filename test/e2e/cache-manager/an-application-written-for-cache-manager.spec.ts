import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable } from '@nestjs/common';
import { asCacheManager, CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import type { CasCacheManager } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { start } = applications();

/** As @nestjs/cache-manager exports it. */
const CACHE_MANAGER = 'CACHE_MANAGER';

/** Written against cache-manager, but for the name of the type. */
@Injectable()
class Weather {
  reads = 0;
  degrees = 20;

  constructor(@Inject(CACHE_MANAGER) private readonly cache: CasCacheManager) {}

  async at(city: string): Promise<number> {
    const cached = await this.cache.get<number>(city);
    if (cached !== undefined) return cached;
    await this.cache.set(city, this.read(), 60_000);
    return this.degrees;
  }

  forecast(city: string): Promise<number> {
    return this.cache.wrap(`forecast:${city}`, async () => this.read(), { ttl: 60_000, refreshThreshold: 5_000 });
  }

  async measured(city: string, degrees: number): Promise<void> {
    this.degrees = degrees;
    await this.cache.del(city);
    await this.cache.mdel([`forecast:${city}`]);
  }

  private read(): number {
    this.reads++;
    return this.degrees;
  }
}

describe('an application written for cache-manager', () => {
  it('injects CACHE_MANAGER, and runs on a namespace', async () => {
    const module = await start({
      imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('weather')],
      providers: [
        Weather,
        {
          provide: CACHE_MANAGER,
          inject: [CasCacheRegistry],
          useFactory: (registry: CasCacheRegistry) => asCacheManager(registry.get('weather')),
        },
      ],
    });
    const weather = module.get(Weather);
    expect([await weather.at('Oslo'), await weather.at('Oslo'), await weather.forecast('Oslo')]).toEqual([20, 20, 20]);
    expect([await weather.forecast('Oslo'), weather.reads]).toEqual([20, 2]);
    await weather.measured('Oslo', 5);
    expect([await weather.at('Oslo'), await weather.forecast('Oslo'), weather.reads]).toEqual([5, 5, 4]);
    // The same cache, by its own name.
    expect(await module.get(CasCacheRegistry).get('weather').get('Oslo')).toBe(5);
  });

  it('a cache of a type is taken too', async () => {
    const module = await start({ imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('weather')] });
    const { set, get } = asCacheManager(module.get(CasCacheRegistry).get<{ id: number }>('weather'));
    await set('a', { id: 1 });
    expect(await get('a')).toEqual({ id: 1 });
  });
});
