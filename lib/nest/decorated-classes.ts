import { CasConfigError } from '../errors.js';
import type { OwnNamespace } from './bindable-caches.js';
import { allDecorated, hasOptionalParameters, labelOf } from './decorators/decorated-methods.js';
import type { CachedMethod, Decorated, InvalidatingMethod } from './decorators/decorated-methods.js';
import { checkHandlerArguments } from './decorators/handler-arguments.js';
import { methodsNamed } from './decorators/methods-named.js';
import { tagsWithoutOption } from './decorators/tags-without-option.js';
import type { ResolvedNamespaceOptions } from '../core/options/namespace-options.js';
import { intentNamespaces } from './intent-namespaces.js';
import { KeyNames } from './key-names.js';
import { ProvidedInstances, checkScopeOf } from './provided-instances.js';
import { wrappersOf } from './nest-container.js';
import type { ApplicationModules, NestWrapper } from './nest-container.js';
import { cacheSources, featureOf, sourceName } from './visible-namespaces.js';

/** The namespace of a method whose decorator names none, as a message names it. */
type Own = (method: CachedMethod) => string;

/** The options of a namespace, once they are known. */
type OptionsOf = (namespace: string) => ResolvedNamespaceOptions | undefined;

/**
 * Checks decorated methods: that the namespaces they name exist, that `of` names a cached method and has its arguments,
 * and that no two classes would share default keys. One for each application: it remembers whose default keys are
 * whose.
 */
export class DecoratedClasses {
  readonly names = new KeyNames();
  private readonly checked = new WeakSet<NestWrapper>();
  /** Of which it is known that all their tags are of namespaces that have some. */
  private readonly tagsChecked = new WeakSet<NestWrapper>();
  private readonly instances = new ProvidedInstances();
  /** The namespaces in which classes that were checked write under an intent. */
  readonly usingIntents = new Set<string>();

  constructor(private readonly application: Pick<ApplicationModules, 'list'>) {}

  /**
   * Checks the classes and objects that the application provides, as far as they are known by now, and each once: one
   * that was refused when it was loaded lazily does not stand in the way of the next.
   *
   * @throws CasConfigError
   */
  checkProvided(): void {
    const modules = this.application.list();
    const namespaces = new Set(modules.map((module) => featureOf(module)?.namespace));
    for (const module of modules) {
      const [source] = cacheSources(module);
      const own = (): string => (source === undefined ? 'none' : sourceName(source));
      for (const wrapper of wrappersOf(module)) {
        if (this.checked.has(wrapper)) continue;
        this.checked.add(wrapper);
        const prototype = prototypeOf(wrapper);
        this.check(prototype, own, (name) => namespaces.has(name));
        if (prototype !== null) this.instances.checkProvider(wrapper, module, prototype, own);
        const ownName = source && featureOf(source)?.namespace;
        for (const namespace of intentNamespaces(prototype, ownName)) this.usingIntents.add(namespace);
      }
    }
  }

  /**
   * Checks, once all dependencies are known, the classes that became request-scoped through one of them.
   *
   * @throws CasConfigError
   */
  checkScopes(): void {
    for (const module of this.application.list()) {
      for (const wrapper of wrappersOf(module)) {
        const prototype = prototypeOf(wrapper);
        if (prototype !== null) checkScopeOf(wrapper, prototype);
      }
    }
  }

  /**
   * Checks the classes that name tags, once the options of their namespaces are known; each once, as above.
   *
   * @throws CasConfigError
   */
  checkProvidedTags(optionsOf: OptionsOf): void {
    for (const module of this.application.list()) {
      const [source] = cacheSources(module);
      const own = source && featureOf(source)?.namespace;
      for (const wrapper of wrappersOf(module)) {
        if (this.tagsChecked.has(wrapper)) continue;
        const prototype = prototypeOf(wrapper);
        this.tagsChecked.add(wrapper);
        if (!this.checkTags(prototype, () => own, optionsOf)) this.tagsChecked.delete(wrapper);
      }
    }
  }

  /**
   * @returns whether the options of all namespaces are known
   * @throws CasConfigError
   */
  checkTags(prototype: object | null, own: OwnNamespace, optionsOf: OptionsOf): boolean {
    let isKnown = true;
    for (const method of allDecorated(prototype)) {
      if (method.tagOptions.length === 0) continue;
      const namespace = method.namespace ?? own(method);
      const options = namespace === undefined ? undefined : optionsOf(namespace);
      const untagged = options && tagsWithoutOption(method, options);
      if (untagged !== undefined) throw untagged;
      isKnown &&= options !== undefined;
    }
    return isKnown;
  }

  /**
   * Checks one class.
   *
   * @throws CasConfigError
   */
  check(prototype: object | null, own: Own, hasNamespace: (name: string) => boolean): void {
    for (const method of allDecorated(prototype)) {
      if (method.namespace !== undefined && !hasNamespace(method.namespace)) throw unknownNamespace(method);
      if (method.kind === 'invalidating') checkOf(method, prototype);
      else if (method.kind === 'cached' && method.key === undefined) {
        checkHandlerArguments(method, prototype as object);
        this.checkPrefix(method, prototype as object, own);
      }
    }
  }

  private checkPrefix(method: CachedMethod, prototype: object, own: Own): void {
    const namespace = method.namespace === undefined ? own(method) : `"${method.namespace}"`;
    this.names.claim(method, prototype, namespace);
  }
}

/**
 * The class that Nest will construct, or the class of the object that it has. What a factory will make is checked when
 * it is bound.
 */
function prototypeOf(wrapper: NestWrapper): object | null {
  const { inject, metatype, instance } = wrapper as { inject?: unknown; metatype: unknown; instance: unknown };
  if (typeof metatype === 'function') return inject ? null : ((metatype.prototype ?? null) as object | null);
  return typeof instance === 'object' && instance !== null ? (Object.getPrototypeOf(instance) as object | null) : null;
}

function unknownNamespace(method: Decorated): CasConfigError {
  return new CasConfigError(
    `${labelOf(method)} is decorated with the namespace "${method.namespace}", which no module names: import CasCacheModule.forFeature('${method.namespace}') somewhere.`,
    { namespace: method.namespace },
  );
}

function checkOf(method: InvalidatingMethod, prototype: object | null): void {
  if (method.of === undefined) return;
  const all = methodsNamed(method.of, method, prototype);
  const [cached] = all;
  if (method.hasArgs) return;
  const open = all.find(hasOptionalParameters);
  if (open !== undefined) {
    throw new CasConfigError(
      `@CasInvalidate on ${labelOf(method)}: ${labelOf(open)} has optional parameters, so it is not known with how many arguments it was called: give \`args\`, which answers those of the call to invalidate.`,
    );
  }
  if (method.length < cached.length) {
    throw new CasConfigError(
      `@CasInvalidate on ${labelOf(method)}: ${labelOf(cached)} takes ${cached.length} arguments, and this method only ${method.length}: give \`args\`, which answers them.`,
    );
  }
}
