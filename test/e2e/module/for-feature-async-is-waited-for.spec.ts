import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CasCacheModule, CasCacheRegistry, CasConfigError, InjectCasCache } from 'nestjs-cascache';
import type { CasCacheService } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile } = applications();

@Injectable()
class Settings {
  readonly enabled = false;
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

/** Answers only after every provider that could be made without it was made. */
const slowly = async ({ enabled }: Settings): Promise<{ enabled: boolean }> => {
  await new Promise((resolve) => setImmediate(resolve));
  return { enabled };
};

const definition = (): DynamicModule =>
  CasCacheModule.forFeatureAsync({
    namespace: 'user',
    imports: [SettingsModule],
    inject: [Settings],
    useFactory: slowly,
  });

@Injectable()
class Reader {
  constructor(@InjectCasCache('user') readonly cache: CasCacheService) {}
}

@Module({ imports: [CasCacheModule.forFeature('user')], providers: [Reader] })
class ReaderModule {}

@Module({ imports: [definition()] })
class DefiningModule {}

describe('forFeatureAsync', () => {
  it.each([
    ['before', [ReaderModule, DefiningModule]],
    ['after', [DefiningModule, ReaderModule]],
  ])('gives its options to references that are imported %s it', async (_, modules) => {
    const app = await compile({ imports: [CasCacheModule.forRoot(), ...modules] });
    const { cache } = app.get(Reader, { strict: false });
    expect(cache.enabled).toBe(false);
    expect(cache).toBe(app.get(CasCacheRegistry).get('user'));
  });

  it('needs neither imports nor inject', async () => {
    const feature = CasCacheModule.forFeatureAsync({ namespace: 'user', useFactory: () => ({ enabled: false }) });
    const app = await compile({ imports: [CasCacheModule.forRoot(), feature] });
    expect(app.get(CasCacheRegistry).get('user').enabled).toBe(false);
  });

  it('conflicts with another definition as any other does', async () => {
    const imports = [
      CasCacheModule.forRoot(),
      DefiningModule,
      CasCacheModule.forFeature({ namespace: 'user', ttl: '1m' }),
    ];
    const error = await errorOf(() => compile({ imports }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('defined twice');
  });

  it('that fails ends the start with its error', async () => {
    const feature = CasCacheModule.forFeatureAsync({
      namespace: 'user',
      useFactory: async () => {
        throw new Error('no settings');
      },
    });
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), feature, ReaderModule] }));
    expect(error.message).toBe('no settings');
  });

  it('refuses an answer that is no object', async () => {
    const useFactory = (): object => undefined as unknown as object;
    const feature = CasCacheModule.forFeatureAsync({ namespace: 'user', useFactory });
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), feature] }));
    expect(error.message).toContain('its factory has to return an object');
  });

  it('refuses an answer that names another namespace', async () => {
    const useFactory = (): object => ({ namespace: 'order' });
    const feature = CasCacheModule.forFeatureAsync({ namespace: 'user', useFactory });
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), feature] }));
    expect(error.message).toContain('answers another namespace, "order"');
  });

  it('refuses to be without a factory', () => {
    const options = { namespace: 'user' } as unknown as Parameters<typeof CasCacheModule.forFeatureAsync>[0];
    expect(() => CasCacheModule.forFeatureAsync(options)).toThrow('give useFactory');
  });
});
