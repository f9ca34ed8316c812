import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCached, CasCacheModule, CasConfigError, CasInvalidate, LocalGenerationStore } from 'nestjs-cascache';
import type { GenerationStore } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';
import { scripted } from '../../support/nest/scripted-application.js';

const { compile } = applications();

@Injectable()
class Repository {
  @CasCached({ key: (id: string) => id })
  async find(id: string): Promise<string> {
    return id;
  }

  @CasCached({ namespace: 'order', key: (id: string) => id })
  async orders(id: string): Promise<string> {
    return id;
  }

  @CasInvalidate({ intent: true, of: 'find' })
  async rename(_id: string): Promise<void> {}
}

@Injectable()
class WritesOrders extends Repository {
  @CasInvalidate({ intent: true, of: 'orders' })
  async order(_id: string): Promise<void> {}
}

@Injectable()
class WithoutIntents {
  @CasInvalidate({ key: (id: string) => id })
  async rename(_id: string): Promise<void> {}
}

/** After a failover that may have lost open intents, in a process that has written nothing yet. */
async function fills(repository: typeof Repository | typeof WithoutIntents, namespace: string) {
  const { cache, generations } = await scripted<object>(compile, repository);
  generations.intents.unsure.add(`single:${namespace}:a`);
  await cache(namespace).getOrLoad('a', () => 'loaded');
  return (await cache(namespace).get('a')) !== undefined;
}

describe('a namespace that decorated classes write under intents', () => {
  it.each([
    ['the namespace of the class', Repository, 'user'],
    ['the namespace of the method that `of` names', WritesOrders, 'order'],
    ['an inherited method', WritesOrders, 'user'],
  ])('fills nothing while an intent of others may have been lost, from start-up on: %s', async (_, type, namespace) => {
    expect(await fills(type, namespace)).toBe(false);
  });

  it.each([
    [Repository, 'order'],
    [WithoutIntents, 'user'],
  ])('one without fills at once: %p, %s', async (type, namespace) => {
    expect(await fills(type, namespace)).toBe(true);
  });

  it('refuses, at start-up, a generation store that has no intents', async () => {
    const genStore: GenerationStore = new LocalGenerationStore();
    Object.defineProperty(genStore, 'intents', { value: undefined });
    const imports = [CasCacheModule.forRoot({ genStore }), CasCacheModule.forFeature('user')];
    const others = moduleOf({ imports: [CasCacheModule.forFeature('order')] });
    await compile({ imports: [...imports, others], providers: [WithoutIntents] });
    const error = await errorOf(() => compile({ imports: [...imports, others], providers: [Repository] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('The namespace "user" uses write intents');
  });
});
