import { types } from 'node:util';
import { ModuleRef } from '@nestjs/core';
import { isPending } from '../common/attempt.js';
import { CasConfigError } from '../errors.js';
import type { BindableCaches } from './bindable-caches.js';
import { bindInstance, decoratedOf } from './bind-instance.js';
import { classOf } from './decorators/decorated-methods.js';
import { wrappersOf } from './nest-container.js';
import type { ApplicationModules, NestModule, NestWrapper } from './nest-container.js';
import { onlyNamespace } from './visible-namespaces.js';

/** How deep inside a provider an object is looked for, and among how many objects of the application. */
const MAX_DEPTH = 3;
const MAX_OBJECTS = 20_000;

/** Instances of a class that were looked for in vain. After so many, the search is not worth its time. */
const MAX_MISSES = 3;

/** Finds the module whose provider made or holds an object, so that the object gets the cache that its module sees. */
export class Adoption {
  private readonly misses = new WeakMap<object, number>();
  private readonly followed = new WeakSet<NestWrapper>();

  constructor(
    private readonly application: Pick<ApplicationModules, 'list'>,
    private readonly core: BindableCaches,
  ) {}

  /** Gives an object its cache if a provider is or holds it. */
  adopt(instance: object): boolean {
    const type = classOf(Object.getPrototypeOf(instance) as object);
    const misses = this.misses.get(type) ?? 0;
    if (misses >= MAX_MISSES || decoratedOf(instance).length === 0) return false;
    this.followFactories();
    const home = this.homeOf(instance);
    if (home !== undefined && this.bind(instance, home)) return true;
    this.misses.set(type, misses + 1);
    return false;
  }

  /** From now on, what a factory makes is given its cache: one that is request-scoped makes it long after the start. */
  followFactories(): void {
    for (const module of this.application.list()) {
      for (const wrapper of wrappersOf(module)) {
        if (!wrapper.inject || wrapper.isAlias || this.followed.has(wrapper)) continue;
        this.followed.add(wrapper);
        this.follow(wrapper, module);
      }
    }
  }

  private follow(wrapper: NestWrapper, module: NestModule): void {
    const make = wrapper.metatype as ((...injected: unknown[]) => unknown) | null;
    if (typeof make !== 'function') return;
    const bound = (product: unknown): unknown => {
      if (decoratedOf(product).length > 0) this.give(product as object, module);
      return product;
    };
    const made = (...injected: unknown[]): unknown => {
      const product = make(...injected);
      return isPending(product) ? Promise.resolve(product).then(bound) : bound(product);
    };
    wrapper.metatype = made;
  }

  /** What cannot be told is left to the first call, which says so. What must not be is an error of the factory. */
  private give(product: object, module: NestModule): void {
    const namespace = onlyNamespace(module);
    const isNeeded = decoratedOf(product).some((method) => method.namespace === undefined);
    if (isNeeded && (namespace === undefined || !this.core.isMade(namespace))) return;
    bindInstance(product, this.core, () => this.core.get(namespace as string), false);
  }

  private bind(instance: object, home: NestModule): boolean {
    try {
      const namespace = onlyNamespace(home);
      // Refused here, its methods would run without a cache.
      bindInstance(instance, this.core, () => this.core.only(namespace), false, 'left to calls');
      return true;
    } catch (error) {
      if (error instanceof CasConfigError) return false;
      throw error;
    }
  }

  private homeOf(instance: object): NestModule | undefined {
    const roots = new Map<object, NestModule>();
    for (const module of this.application.list()) {
      for (const wrapper of wrappersOf(module)) {
        if (wrapper.isAlias) continue;
        for (const root of [wrapper.instance, ...transientsOf(wrapper)] as unknown[]) {
          if (isObject(root) && !roots.has(root)) roots.set(root, module);
        }
      }
    }
    return roots.get(instance) ?? holderOf(instance, roots);
  }
}

/**
 * Looks inside providers, level by level. Another provider is looked into by itself; the container is not looked into.
 */
function holderOf(instance: object, roots: ReadonlyMap<object, NestModule>): NestModule | undefined {
  const seen = new Set<object>(roots.keys());
  let level = [...roots].filter(([root, { name }]) => !(root instanceof ModuleRef) && name !== 'InternalCoreModule');
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const next: (readonly [object, NestModule])[] = [];
    for (const [holder, module] of level) {
      for (const part of partsOf(holder)) {
        if (part === instance) return module;
        if (seen.has(part) || seen.size >= MAX_OBJECTS) continue;
        seen.add(part);
        next.push([part, module]);
      }
    }
    level = next as typeof level;
  }
  return undefined;
}

/** What an object holds, without running any of its code. */
function partsOf(holder: object): object[] {
  const own = Reflect.ownKeys(holder).map((key) => Reflect.getOwnPropertyDescriptor(holder, key)?.value as unknown);
  // Not one behind a Proxy, which has no part in its slots.
  const inside: unknown[] = types.isMap(holder) || types.isSet(holder) ? [...holder.values()] : [];
  return [...own, ...inside].filter(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function transientsOf(wrapper: NestWrapper): readonly unknown[] {
  if (!wrapper.isTransient) return [];
  return wrapper.getStaticTransientInstances().map((host) => host?.instance as unknown);
}
