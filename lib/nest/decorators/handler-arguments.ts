import { CasConfigError } from '../../errors.js';
import { labelOf } from './decorated-methods.js';
import type { CachedMethod } from './decorated-methods.js';

/**
 * Where Nest keeps, on the class, what the parameters of a handler are: of routes, messages, gateways and resolvers
 * alike.
 */
const PARAMETERS = '__routeArguments__';

/** `<kind>:<index>`, and the index of a parameter whose decorator is the application's own is written otherwise. */
const OWN_KIND = /^(\d+):(\d+)$/;

/** By kind of handler: the metadata that tells it, and which kinds of parameters are no data, by their number there. */
const HANDLERS: readonly { readonly marks: readonly string[]; readonly noData: Readonly<Record<string, string>> }[] = [
  {
    marks: ['graphql:resolver_type', 'graphql:resolve_property', 'graphql:resolver_name'],
    noData: { 1: '@Context()', 2: '@Info()' },
  },
  { marks: ['microservices:pattern', 'microservices:handler_type'], noData: { 6: '@Ctx()', 9: '@GrpcCall()' } },
  { marks: ['websockets:message_mapping', 'message'], noData: { 0: '@ConnectedSocket()', 13: '@Ack()' } },
  { marks: ['path', 'method'], noData: { 0: '@Req()', 1: '@Res()', 2: '@Next()', 7: '@Session()' } },
];

/**
 * Refuses a default key on a handler that is given its request or response: what is no data has no key, so every call
 * would fail. One property of it (`@Context('user')`) may be data.
 *
 * @throws CasConfigError
 */
export function checkHandlerArguments(method: CachedMethod, prototype: object): void {
  const { constructor } = prototype as { constructor: object };
  const parameters = Reflect.getMetadata(PARAMETERS, constructor, method.name) as Record<string, unknown> | undefined;
  if (parameters === undefined) return;
  const handler: unknown = (prototype as Record<string | symbol, unknown>)[method.name];
  const kinds = HANDLERS.filter(
    ({ marks }) => typeof handler === 'function' && marks.some((mark) => has(mark, handler)),
  );
  for (const [name, parameter] of Object.entries(parameters)) {
    const [, kind, index] = OWN_KIND.exec(name) ?? [];
    const found = kind === undefined ? undefined : kinds.find(({ noData }) => Object.hasOwn(noData, kind));
    if (kind === undefined || found === undefined || isPart(parameter)) continue;
    throw new CasConfigError(
      `@CasCached on ${labelOf(method)}: parameter ${Number(index) + 1} is ${found.noData[kind]}, which is no data, so no default key can be built: give \`key\`, a function of what the answer depends on.`,
    );
  }
}

function has(mark: string, handler: object): boolean {
  return Reflect.hasMetadata(mark, handler);
}

function isPart(parameter: unknown): boolean {
  return typeof (parameter as { data?: unknown } | undefined)?.data === 'string';
}
