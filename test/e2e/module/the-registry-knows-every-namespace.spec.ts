import { describe, expect, it } from '@jest/globals';
import { CasCacheModule, CasCacheRegistry, CasConfigError } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile } = applications();

const registryOf = async (...namespaces: string[]): Promise<CasCacheRegistry> => {
  const features = namespaces.map((namespace) => CasCacheModule.forFeature(namespace));
  return (await compile({ imports: [CasCacheModule.forRoot(), ...features] })).get(CasCacheRegistry);
};

describe('CasCacheRegistry', () => {
  it('names the namespaces, sorted', async () => {
    expect((await registryOf('user', 'order', 'user')).names()).toEqual(['order', 'user']);
  });

  it('gets a namespace by name', async () => {
    expect((await registryOf('user', 'order')).get('order').namespace).toBe('order');
  });

  it('refuses a namespace that there is not, listing those that there are', async () => {
    const registry = await registryOf('user', 'order');
    const error = await errorOf(() => registry.get('users'));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toBe(
      'There is no namespace "users" (there is "order", "user"): name it by CasCacheModule.forFeature(\'users\') in some module.',
    );
    expect((await errorOf(async () => (await registryOf()).get('user'))).message).toContain('there is none');
  });

  it('answers the statistics of each namespace', async () => {
    const registry = await registryOf('user', '__proto__');
    await registry.get('user').getOrLoad('1', () => 1);
    await registry.get('user').getOrLoad('1', () => 1);
    const stats = registry.stats();
    expect(Object.keys(stats)).toEqual(['__proto__', 'user']);
    expect(stats['user']).toMatchObject({ namespace: 'user', hits: 1, misses: { absent: 1 }, fills: { stored: 1 } });
  });
});
