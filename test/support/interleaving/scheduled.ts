import type { AtomicStore } from '../../../lib/contracts/atomic-store.js';
import type { GenerationStore } from '../../../lib/contracts/generation-store.js';
import type { CasProvider } from '../../../lib/contracts/provider.js';
import type { Stage } from './stage.js';

type Store = CasProvider | GenerationStore | AtomicStore;
type Method = (...args: unknown[]) => unknown;

/** What is behind a store that was made schedulable: stores recognise each other by identity. */
const BEHIND = new WeakMap<object, Store>();

const NEVER_RACED = new Set(['close', 'cleanup']);

/** Which operations answer at once, as those of stores in process do: they are no scheduling points. */
export type AtOnce = 'none' | 'get' | 'all';

/**
 * The store with every operation of it, and of its views, as a scheduling point. An operation on nothing is none, since a
 * store makes no call for it.
 */
export function scheduled<T extends Store>(place: string, store: T, stage: Stage, atOnce: AtOnce = 'none'): T {
  const inner = <S extends Store>(found: S): S => scheduled(place, found, stage, atOnce);
  const around = (name: string, method: Method): Method => {
    if (NEVER_RACED.has(name)) return (...args) => method.apply(store, args);
    if (name === 'scope') return (...args) => inner(method.apply(store, args) as Store);
    if (name === 'atomicWith') {
      return (generations) => {
        const joined = method.call(store, BEHIND.get(generations as object) ?? generations) as AtomicStore | undefined;
        return joined && inner(joined);
      };
    }
    return (...args) => {
      const run = (): unknown => method.apply(store, args);
      const [first] = args;
      if (Array.isArray(first) && first.length === 0) return run();
      if (atOnce !== 'all' && atOnce !== name) return stage.step({ place, call: name, args }, run);
      stage.touch();
      return run();
    };
  };
  const proxy = new Proxy(store, {
    get: (target, property) => {
      const found: unknown = Reflect.get(target, property, target);
      return typeof found === 'function' ? around(String(property), found as Method) : found;
    },
  });
  BEHIND.set(proxy, store);
  return proxy;
}
