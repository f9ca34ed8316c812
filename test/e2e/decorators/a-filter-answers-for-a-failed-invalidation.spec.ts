import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Controller, Injectable, Param, Put } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CasCacheModule, CasCacheService, CasInvalidate } from 'nestjs-cascache';
import { CallLog } from '../../support/core/call-log.js';
import { ScriptedGenerations } from '../../support/core/scripted-generations.js';
import { applications } from '../../support/nest/applications.js';
import { InvalidateFilter } from '../../support/nest/invalidate.filter.js';

const { track } = applications();

@Injectable()
class Users {
  readonly names = new Map<string, string>();

  constructor(readonly cache: CasCacheService) {}

  @CasInvalidate({ key: (id: string) => id })
  async rename(id: string, name: string): Promise<{ id: string; name: string }> {
    if (name === 'refused') throw new Error('the write failed');
    this.names.set(id, name);
    return Promise.resolve({ id, name });
  }
}

@Controller('users')
class Routes {
  constructor(private readonly users: Users) {}

  @Put(':id/:name')
  async rename(@Param('id') id: string, @Param('name') name: string): Promise<unknown> {
    return this.users.rename(id, name);
  }

  @Put(':id')
  async touch(@Param('id') id: string): Promise<void> {
    await this.users.cache.invalidate(id);
  }
}

/** An application with the filter, whose generation store fails every bump. */
async function failing() {
  const generations = new ScriptedGenerations('process', new CallLog());
  for (const call of ['bump', 'bumpMany']) generations.script.fail(call, 'reject');
  const module = await Test.createTestingModule({
    imports: [CasCacheModule.forRoot({ genStore: generations, logger: false }), CasCacheModule.forFeature('user')],
    controllers: [Routes],
    providers: [Users],
  }).compile();
  const app = track(module.createNestApplication({ logger: false }));
  app.useGlobalFilters(new InvalidateFilter());
  await app.listen(0, '127.0.0.1');
  const address = await app.getUrl();
  const put = async (path: string): Promise<{ status: number; body: string }> => {
    const response = await fetch(`${address}/users/${path}`, { method: 'PUT' });
    return { status: response.status, body: await response.text() };
  };
  return { put, users: app.get(Users) };
}

describe('the exception filter of docs/decorators.md', () => {
  it('is the one that is tried here', () => {
    const [page, tried] = ['docs/decorators.md', 'test/support/nest/invalidate.filter.ts'].map((path) =>
      readFileSync(join(process.cwd(), path), 'utf8'),
    );
    expect(page).toContain(`\`\`\`ts\n${tried}\`\`\`\n`);
  });

  it('answers what was written with 202, and leaves other errors alone', async () => {
    const { put, users } = await failing();
    expect(await put('1/Ada')).toEqual({ status: 202, body: '{"id":"1","name":"Ada"}' });
    expect(users.names.get('1')).toBe('Ada');
    expect(await put('2/refused')).toMatchObject({ status: 500 });
    expect(users.names.has('2')).toBe(false);
  });

  it('answers without a body where an invalidation alone has failed', async () => {
    const { put } = await failing();
    expect(await put('1')).toEqual({ status: 202, body: '' });
  });
});
