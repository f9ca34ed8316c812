import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Module } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { CasCacheModule, MemoryProvider } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile, start } = applications();

let close: jest.SpiedFunction<typeof MemoryProvider.prototype.close>;
beforeEach(() => {
  close = jest.spyOn(MemoryProvider.prototype, 'close');
});
afterEach(() => {
  close.mockRestore();
});

const noConfig = new Error('no configuration');
const failing = () =>
  CasCacheModule.forFeatureAsync({
    namespace: 'user',
    useFactory: () => {
      throw noConfig;
    },
  });

describe('nobody shuts down an application that did not start, so the stores are closed', () => {
  it('when the factory of a forFeatureAsync fails, whose error is what start-up ends with', async () => {
    expect(await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), failing()] }))).toBe(noConfig);
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('when its answer is refused', async () => {
    const wrong = CasCacheModule.forFeatureAsync({ namespace: 'user', useFactory: () => ({ ttl: -1 }) });
    await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), wrong] }));
    expect(close).toHaveBeenCalledTimes(1);
  });
});

it('a module that is loaded lazily and fails leaves the stores of the running application open', async () => {
  @Module({ imports: [failing()] })
  class LateModule {}
  const app = await start({ imports: [CasCacheModule.forRoot()] });
  expect(await errorOf(() => app.get(LazyModuleLoader).load(() => LateModule))).toBe(noConfig);
  expect(close).not.toHaveBeenCalled();
});
