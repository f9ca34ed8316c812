import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Header, HttpCode, Param, Post, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { AddressInfo, Server } from 'node:net';
import { CasCacheModule, CasCached, CasInvalidate } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile, track } = applications();

/** A decorator of another kind: it puts a function of its own in the place of the method. */
function Shouting(): MethodDecorator {
  return (_target, _name, descriptor: PropertyDescriptor) => {
    const method = descriptor.value as (...args: unknown[]) => Promise<string>;
    descriptor.value = async function shout(this: unknown, ...args: unknown[]): Promise<string> {
      return (await method.apply(this, args)).toUpperCase();
    };
  };
}

@Controller('users')
class UserController {
  reads = 0;

  @CasCached({ key: (id: string) => id })
  @Get('below/:id')
  @Header('x-below', 'yes')
  @SetMetadata('role', 'reader')
  async below(@Param('id') id: string): Promise<string> {
    return `${id} ${++this.reads}`;
  }

  @SetMetadata('role', 'reader')
  @Header('x-above', 'yes')
  @Get('above/:id')
  @CasCached({ key: (id: string) => id })
  async above(@Param('id') id: string): Promise<string> {
    return `${id} ${++this.reads}`;
  }

  @HttpCode(202)
  @CasInvalidate({ key: (id: string) => id })
  @Post('forget/:id')
  async forget(@Param('id') id: string): Promise<string> {
    return `forgot ${id}`;
  }

  @Shouting()
  @CasCached({ key: () => 'loud outside' })
  async loudOutside(): Promise<string> {
    return `hello ${++this.reads}`;
  }

  @CasCached({ key: () => 'loud inside' })
  @Shouting()
  async loudInside(): Promise<string> {
    return `hello ${++this.reads}`;
  }
}

const metadata = {
  imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')],
  controllers: [UserController],
};

async function listening(): Promise<string> {
  const module = await compile(metadata);
  const app = track(module.createNestApplication({ logger: false }));
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  return `http://127.0.0.1:${port}/users`;
}

describe('a decorated HTTP handler', () => {
  it.each(['below', 'above'])('keeps its route and its header, set %s @CasCached, and is cached', async (name) => {
    const url = await listening();
    const first = await fetch(`${url}/${name}/42`);
    expect([first.status, await first.text()]).toEqual([200, '42 1']);
    expect(first.headers.get(`x-${name}`)).toBe('yes');
    expect(await (await fetch(`${url}/${name}/42`)).text()).toBe('42 1');
    expect(await (await fetch(`${url}/${name}/43`)).text()).toBe('43 2');
  });

  it('keeps its status code above and its route below @CasInvalidate, and invalidates', async () => {
    const url = await listening();
    await fetch(`${url}/above/42`);
    const forgotten = await fetch(`${url}/forget/42`, { method: 'POST' });
    expect([forgotten.status, await forgotten.text()]).toEqual([202, 'forgot 42']);
    expect(await (await fetch(`${url}/above/42`)).text()).toBe('42 2');
  });
});

describe('a decorated method', () => {
  it.each(['below', 'above'] as const)('keeps metadata that was set %s', (name) => {
    expect(new Reflector().get('role', UserController.prototype[name])).toBe('reader');
  });

  it('keeps its name, its length and its own properties', () => {
    class Sums {
      @CasInvalidate({ key: () => 'sum' })
      @CasCached()
      @((_target: object, _name: string, descriptor: PropertyDescriptor) => {
        Object.assign(descriptor.value as object, { unit: 'euro' });
      })
      async sum(a: number, b: number, _c = 0): Promise<number> {
        return a + b;
      }
    }
    const { sum } = Sums.prototype;
    expect([sum.name, sum.length, (sum as unknown as { unit: string }).unit]).toEqual(['sum', 2, 'euro']);
  });

  it.each([
    ['outside', 'loudOutside', 'loud outside', 'hello 1'],
    ['inside', 'loudInside', 'loud inside', 'HELLO 1'],
  ] as const)('works with one of another library %s', async (_, name, key, cached) => {
    const app = await compile(metadata);
    const controller = app.get(UserController);
    expect([await controller[name](), await controller[name]()]).toEqual(['HELLO 1', 'HELLO 1']);
    const { CasCacheRegistry } = await import('nestjs-cascache');
    expect(await app.get(CasCacheRegistry).get('user').get(key)).toBe(cached);
  });
});
