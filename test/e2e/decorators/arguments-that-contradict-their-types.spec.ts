import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCacheModule, CasCached, CasInvalidate } from 'nestjs-cascache';
import type { CacheEvent, CasHooks } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile } = applications();

@Injectable()
class Users {
  @CasCached()
  async find(id: number): Promise<unknown> {
    return id;
  }

  @CasCached()
  async byName(name: string, _since?: Date, _deep?: boolean): Promise<unknown> {
    return name;
  }

  @CasCached()
  async anything(given: number | string): Promise<unknown> {
    return given;
  }

  @CasCached({ key: (id: number) => String(id) })
  async byKey(id: number): Promise<unknown> {
    return id;
  }

  @CasInvalidate({ of: 'find' })
  async remove(_id: number): Promise<void> {}
}

class Warnings implements CasHooks {
  readonly events = ['warning'] as const;
  readonly list: string[] = [];

  onEvent(event: CacheEvent): void {
    if (event.type === 'warning') this.list.push(event.message);
  }
}

async function users() {
  const warnings = new Warnings();
  const imports = [CasCacheModule.forRoot({ hooks: warnings, logger: false }), CasCacheModule.forFeature('user')];
  const app = await compile({ imports, providers: [Users] });
  return { users: app.get(Users), warnings: warnings.list };
}

const text = '1' as unknown as number;

describe('an argument under a default key that is not of its declared type', () => {
  it('is warned about once, with method, argument and both types, and without its value', async () => {
    const { users: repository, warnings } = await users();
    expect(await repository.find('7031' as unknown as number)).toBe('7031');
    await repository.find('7032' as unknown as number);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('Users.find: argument 1 is a string, and its parameter is declared as number');
    expect(warnings[0]).not.toContain('703');
  });

  it('is another call than one of the declared type, as the warning says', async () => {
    const { users: repository } = await users();
    expect([await repository.find(1), await repository.find(text)]).toEqual([1, '1']);
  });

  it('is warned about in the write that leads there by `of`', async () => {
    const { users: repository, warnings } = await users();
    await repository.remove(text);
    expect(warnings[0]).toContain('Users.find: argument 1 is a string');
  });

  it.each<[string, (repository: Users) => Promise<unknown>, string]>([
    [
      'a number for a string',
      (each) => each.byName(1 as never),
      'argument 1 is a number, and its parameter is declared as string',
    ],
    [
      'a text for a Date',
      (each) => each.byName('a', '2026' as never),
      'argument 2 is a string, and its parameter is declared as Date',
    ],
    ['a text for a boolean', (each) => each.byName('a', undefined, 'true' as never), 'argument 3 is a string'],
  ])('is %s', async (_, call, message) => {
    const { users: repository, warnings } = await users();
    await call(repository);
    expect(warnings[0]).toContain(message);
  });
});

describe('nothing is said of', () => {
  it.each<[string, (repository: Users) => Promise<unknown>]>([
    ['arguments of their declared types', (each) => each.byName('a', new Date(0), true)],
    ['what is left out, and null', (each) => each.byName('a', undefined, null as never)],
    ['a parameter of several types', (each) => each.anything('1')],
    ['a method with a key function', (each) => each.byKey(text)],
  ])('%s', async (_, call) => {
    const { users: repository, warnings } = await users();
    await call(repository);
    expect(warnings).toEqual([]);
  });
});
