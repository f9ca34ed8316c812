import { describe, expect, it, jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CasCacheModule, CasCacheService, CasCached, CasInvalidate, getCasCacheToken } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile, track } = applications();

@Injectable()
class Repository {
  reads = 0;

  @CasCached()
  async find(_id: number): Promise<number> {
    return ++this.reads;
  }

  @CasCached({ namespace: 'named' })
  async findNamed(_id: number): Promise<number> {
    return ++this.reads;
  }

  @CasInvalidate({ of: 'find', key: () => 1 as unknown as string })
  async write(_id: number): Promise<string> {
    return 'written';
  }
}

async function expectJustRuns(repository: Repository): Promise<void> {
  expect([await repository.find(1), await repository.find(1)]).toEqual([1, 2]);
  expect([await repository.findNamed(1), await repository.findNamed(1)]).toEqual([3, 4]);
  expect(await repository.write(1)).toBe('written');
}

describe('the method just runs', () => {
  it('on an instance made with new', async () => {
    await expectJustRuns(new Repository());
  });

  it('on nothing', async () => {
    const { write } = new Repository();
    await expect(write.call(undefined as unknown as Repository, 1)).resolves.toBe('written');
  });

  it.each([
    ['empty objects', () => ({})],
    ['functions', () => jest.fn()],
    [
      'stubs made from the prototype',
      (token: unknown) => Object.create((token as typeof CasCacheService).prototype ?? null) as object,
    ],
  ])('with useMocker that answers %s', async (_, mocker) => {
    const builder = Test.createTestingModule({ providers: [Repository] }).useMocker(mocker);
    await expectJustRuns(track(await builder.compile()).get(Repository));
  });

  it('with a cache that a testing module overrides by class', async () => {
    const fake = { getOrLoad: jest.fn(), invalidate: jest.fn() };
    const app = await compile(
      { imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('named')], providers: [Repository] },
      (builder) => builder.overrideProvider(CasCacheService).useValue(fake),
    );
    const repository = app.get(Repository);
    expect([await repository.find(1), await repository.find(1)]).toEqual([1, 2]);
    expect(await repository.write(1)).toBe('written');
    expect(fake.getOrLoad).not.toHaveBeenCalled();
  });

  it('with caches that a testing module overrides by name', async () => {
    const fake = { getOrLoad: jest.fn(), invalidate: jest.fn() };
    const app = await compile(
      { imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('named')], providers: [Repository] },
      (builder) => builder.overrideProvider(getCasCacheToken('named')).useValue(fake),
    );
    await expectJustRuns(app.get(Repository));
    expect(fake.getOrLoad).not.toHaveBeenCalled();
  });
});

describe('a real cache that a test made', () => {
  it('is used when it overrides the one of the module', async () => {
    const other = await compile({ imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('named')] });
    const cache = other.get<CasCacheService>(getCasCacheToken('named'));
    const app = await compile(
      { imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('named')], providers: [Repository] },
      (builder) => builder.overrideProvider(CasCacheService).useValue(cache),
    );
    const repository = app.get(Repository);
    await repository.find(1);
    await repository.find(1);
    expect(repository.reads).toBe(1);
    expect(cache.stats().hits).toBe(1);
  });
});
