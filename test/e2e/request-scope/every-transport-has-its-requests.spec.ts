import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Module, Param, UseGuards, UseInterceptors } from '@nestjs/common';
import type { CanActivate, ExecutionContext, INestApplication, MiddlewareConsumer, Type } from '@nestjs/common';
import {
  CasCached,
  CasCacheModule,
  CasRequestInterceptor,
  CasRequestMiddleware,
  MemoryProvider,
} from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile, track } = applications();

/** Counts how often an entry is asked for. */
class CountingProvider extends MemoryProvider {
  asked = 0;

  constructor() {
    super({ holds: 'bytes' });
  }

  override get(key: string): unknown {
    this.asked++;
    return super.get(key);
  }
}

@Injectable()
class Users {
  @CasCached({ key: (id: string) => id, consistency: 'request' })
  async name(id: string): Promise<string> {
    return `user ${id}`;
  }
}

@Injectable()
class Guard implements CanActivate {
  constructor(private readonly users: Users) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<{ params: { id: string } }>();
    return (await this.users.name(request.params.id)) !== '';
  }
}

@Controller('users')
@UseGuards(Guard)
class UsersController {
  constructor(private readonly users: Users) {}

  @Get(':id')
  async find(@Param('id') id: string): Promise<string> {
    await this.users.name(id);
    return this.users.name(id);
  }

  @Get(':id/intercepted')
  @UseInterceptors(CasRequestInterceptor)
  async intercepted(@Param('id') id: string): Promise<string> {
    return this.find(id);
  }
}

@Module({})
class WithMiddleware {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(CasRequestMiddleware).forRoutes('*path');
  }
}

async function application(adjust: (app: INestApplication) => void, ...imports: Type[]) {
  const provider = new CountingProvider();
  const module = await compile({
    imports: [CasCacheModule.forRoot({ provider }), CasCacheModule.forFeature('user'), ...imports],
    controllers: [UsersController],
    providers: [Users, Guard],
  });
  const app = track(module.createNestApplication({ logger: false }));
  adjust(app);
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  /** How often the entry was asked for during the request. The value is there already. */
  const asks = async (path: string): Promise<number> => {
    const before = provider.asked;
    const response = await fetch(`http://127.0.0.1:${port}/users/${path}`);
    expect(await response.text()).toBe('user 42');
    return provider.asked - before;
  };
  await asks('42');
  return asks;
}

const nothing = (): void => undefined;

describe('consistency request in an application', () => {
  it('with the middleware, guard and handler are one request, and the next one is another', async () => {
    const asks = await application(nothing, WithMiddleware);
    expect([await asks('42'), await asks('42')]).toEqual([1, 1]);
  });

  it('given to app.use, the middleware does the same', async () => {
    const asks = await application((made) => made.use(new CasRequestMiddleware().use));
    expect([await asks('42'), await asks('42')]).toEqual([1, 1]);
  });

  it('with the interceptor, the handler is a request, and guards are not part of it', async () => {
    const asks = await application(nothing);
    // Guard, and handler twice.
    expect([await asks('42'), await asks('42/intercepted')]).toEqual([3, 2]);
  });

  it('with both, there is one request', async () => {
    const asks = await application((made) => made.useGlobalInterceptors(new CasRequestInterceptor()), WithMiddleware);
    expect([await asks('42'), await asks('42/intercepted')]).toEqual([1, 1]);
  });
});
