import { describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  Headers,
  Next,
  Param,
  Query,
  Req,
  Res,
  Session,
  createParamDecorator,
} from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { CasCacheModule, CasCached, CasConfigError } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile } = applications();

/** Marks a method as handler, as the decorators of the package do whose metadata it is. */
const marked =
  (mark: string): MethodDecorator =>
  (_target, _name, descriptor) =>
    Reflect.defineMetadata(mark, 'x', descriptor.value as object);

/** Says what a parameter is, as the decorators of @nestjs/microservices, websockets and graphql do. */
const parameter =
  (kind: number, data?: string): ParameterDecorator =>
  ({ constructor }, name, index) => {
    const known = (Reflect.getMetadata('__routeArguments__', constructor, name as string) ?? {}) as object;
    const metadata = { ...known, [`${kind}:${index}`]: { index, data, pipes: [] } };
    Reflect.defineMetadata('__routeArguments__', metadata, constructor, name as string);
  };

const message = marked('microservices:pattern');
const subscription = marked('websockets:message_mapping');
const query = marked('graphql:resolver_type');
const Tenant = createParamDecorator(() => 'acme');

type Decorate = (decorator: ParameterDecorator) => Type;

const controllerOf =
  (handler: MethodDecorator, options: Parameters<typeof CasCached>[0] = {}): Decorate =>
  (decorator) => {
    @Controller()
    class UserController {
      @handler
      @CasCached(options)
      async find(_id: string, @decorator _given: unknown): Promise<number> {
        return 1;
      }
    }
    return UserController;
  };

const application = (controller: Type) =>
  compile({ imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')], controllers: [controller] });

describe('a default key is an error at start-up that asks for `key`, where a handler is given', () => {
  it.each<[string, MethodDecorator, ParameterDecorator]>([
    ['@Req()', Get(), Req()],
    ['@Res()', Get(), Res()],
    ['@Next()', Get(), Next()],
    ['@Session()', Get(), Session()],
    ['@Ctx()', message, parameter(6)],
    ['@ConnectedSocket()', subscription, parameter(0)],
    ['@Context()', query, parameter(1)],
    ['@Info()', query, parameter(2)],
  ])('%s', async (name, handler, decorator) => {
    const error = await errorOf(() => application(controllerOf(handler)(decorator)));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain(`@CasCached on UserController.find: parameter 2 is ${name}`);
    expect(error.message).toContain('give `key`');
  });

  it('also where the decorator of the route stands below', async () => {
    @Controller()
    class UserController {
      @CasCached()
      @Get()
      async find(@Req() _request: unknown): Promise<number> {
        return 1;
      }
    }
    await expect(application(UserController)).rejects.toThrow('parameter 1 is @Req()');
  });
});

describe('a default key is taken where a handler is given', () => {
  it.each<[string, MethodDecorator, ParameterDecorator]>([
    ['@Param()', Get(), Param('id')],
    ['@Query()', Get(), Query()],
    ['@Body()', Get(), Body()],
    ['@Headers()', Get(), Headers('accept-language')],
    ['a parameter of the application', Get(), Tenant()],
    ['@Payload()', message, parameter(3)],
    ['@Args()', query, parameter(3)],
    ['@Parent()', query, parameter(0)],
    ['one property of @Context()', query, parameter(1, 'tenant')],
  ])('%s', async (_, handler, decorator) => {
    await expect(application(controllerOf(handler)(decorator))).resolves.toBeDefined();
  });

  it('@Req(), with a `key`', async () => {
    await expect(application(controllerOf(Get(), { key: String })(Req()))).resolves.toBeDefined();
  });
});
