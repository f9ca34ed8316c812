import type { ModuleRef, ModulesContainer } from '@nestjs/core';

/** A module of the running application, as Nest's container keeps it. Its class is not exported by name. */
export type NestModule = ModulesContainer extends Map<string, infer M> ? M : never;

/** A provider, controller or enhancer of a module, with its instance. */
export type NestWrapper = NestModule['providers'] extends Map<unknown, infer W> ? W : never;

/**
 * The modules of the running application.
 *
 * `instrument.instanceDecorator` of an application may hand out Nest's own objects behind a Proxy, and a Map behind one
 * answers nothing: then the container that a `ModuleRef` knows is asked, which is the same Map, bare.
 */
export class ApplicationModules {
  constructor(
    private readonly injected: ModulesContainer,
    private readonly moduleRef: ModuleRef,
  ) {}

  list(): readonly NestModule[] {
    try {
      return [...this.injected.values()];
    } catch {
      const { container } = this.moduleRef as unknown as { container: { getModules(): ModulesContainer } };
      return [...container.getModules().values()];
    }
  }
}

/** Everything of a module that Nest injects into. Middleware is there only once the application is initialised. */
export function* wrappersOf(module: NestModule): Generator<NestWrapper> {
  yield* module.providers.values();
  yield* module.controllers.values();
  yield* module.injectables.values();
  yield* module.middlewares.values();
}

/** What one wrapper asks the injector for. */
export interface Dependency {
  readonly token: unknown;
  /** The property it is injected into; `undefined` for parameters of a constructor or factory. */
  readonly property: string | symbol | undefined;
}

/** The metadata in which TypeScript and Nest's own decorators keep what a class asks for. */
const PARAMETER_TYPES = 'design:paramtypes';
const NAMED_PARAMETERS = 'self:paramtypes';
const NAMED_PROPERTIES = 'self:properties_metadata';

interface NamedParameter {
  readonly index: number;
  readonly param: unknown;
}

interface NamedProperty {
  readonly key: string | symbol;
  readonly type: unknown;
}

export function dependenciesOf(wrapper: NestWrapper): readonly Dependency[] {
  const { inject, metatype } = wrapper;
  if (inject) return inject.map((entry: unknown) => ({ token: tokenOf(entry), property: undefined }));
  if (typeof metatype !== 'function') return [];
  const parameters = [...metadata(PARAMETER_TYPES, metatype)];
  for (const { index, param } of metadata(NAMED_PARAMETERS, metatype) as readonly NamedParameter[]) {
    parameters[index] = param;
  }
  const properties = metadata(NAMED_PROPERTIES, metatype) as readonly NamedProperty[];
  return [
    ...parameters.map((token) => ({ token: tokenOf(token), property: undefined })),
    ...properties.map(({ key, type }) => ({ token: tokenOf(type), property: key })),
  ];
}

function metadata(key: string, metatype: object): readonly unknown[] {
  return (Reflect.getMetadata(key, metatype) as readonly unknown[] | undefined) ?? [];
}

/** A token as it is, behind `forwardRef(() => …)`, or as `{ token, optional }`. */
function tokenOf(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry;
  if ('forwardRef' in entry && typeof entry.forwardRef === 'function') return (entry.forwardRef as () => unknown)();
  return 'token' in entry ? tokenOf(entry.token) : entry;
}

/** A module or provider as a message names it. */
export function nameOf(token: unknown): string {
  return typeof token === 'function' ? token.name || 'an anonymous class' : String(token);
}
