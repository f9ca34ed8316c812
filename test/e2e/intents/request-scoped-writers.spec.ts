import { expect, it } from '@jest/globals';
import { Injectable, Scope } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import { CasCacheModule, CasCacheRegistry, runInCasTransaction } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { begin, Table, TableRepository } from '../../support/nest/written-table.js';

const { compile } = applications();

@Injectable({ scope: Scope.REQUEST })
class RequestRepository extends TableRepository {}

async function setUp() {
  const table = new Table();
  const app = await compile({
    imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')],
    providers: [RequestRepository, { provide: Table, useValue: table }],
  });
  const request = () => app.resolve(RequestRepository, ContextIdFactory.create());
  return { table, request, cache: app.get(CasCacheRegistry).get<string>('user') };
}

it('the write of one request closes the key to another', async () => {
  const { table, request, cache } = await setUp();
  const [one, other] = [await request(), await request()];
  expect(one).not.toBe(other);
  await other.find('42');
  const write = await begin(one, table, 'new');
  expect(await other.find('42')).toBe('old');
  expect(await cache.get('42')).toBeUndefined();
  write.commit();
  await write.ended;
  expect(await other.find('42')).toBe('new');
  expect(await cache.get('42')).toBe('new');
});

it('requests do not share their transactions', async () => {
  const { table, request, cache } = await setUp();
  const [one, other] = [await request(), await request()];
  await runInCasTransaction(async () => {
    const write = await begin(one, table, 'new');
    write.commit();
    await write.ended;
    expect(await cache.snapshotGen('43')).toBe(0);
  });
  await other.find('43');
  expect(await cache.get('43')).toBe('new');
});
