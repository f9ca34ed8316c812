import type { AtomicStore } from '../../../lib/contracts/atomic-store.js';
import type { GenerationStore } from '../../../lib/contracts/generation-store.js';
import type { IntentStore } from '../../../lib/contracts/intent-store.js';
import type { CasProvider } from '../../../lib/contracts/provider.js';
import type { Stage } from './stage.js';

type Store = CasProvider | GenerationStore | AtomicStore | IntentStore;
type Method = (...args: unknown[]) => unknown;

/** What is behind a store that was made schedulable: stores recognise each other by identity. */
const BEHIND = new WeakMap<object, Store>();

const NEVER_RACED = new Set(['close', 'cleanup', 'partOf', 'mayHaveLostIntents']);
/** What a hit is judged by. */
const CHECKS = new Set(['current', 'currentMany']);

/** Which operations answer at once, as those of stores in process do: they are no scheduling points. */
export type AtOnce = 'none' | 'get' | 'all';

/**
 * The store with every operation of it, and of its views, as a scheduling point. An operation on nothing is none, since
 * a store makes no call for it.
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
      const [first] = args;
      const run = (): unknown => {
        if (CHECKS.has(name)) stage.checks((Array.isArray(first) ? first : [first]) as string[], false);
        return method.apply(store, args);
      };
      if (Array.isArray(first) && first.length === 0) return run();
      if (atOnce !== 'all' && atOnce !== name) return stage.step({ place, call: name, args }, run);
      stage.touch();
      return run();
    };
  };
  const known = new Map<string | symbol, unknown>();
  const proxy = new Proxy(store, {
    get: (target, property) => {
      const earlier = known.get(property);
      if (earlier !== undefined) return earlier;
      const found: unknown = Reflect.get(target, property, target);
      if (typeof found !== 'function' && property !== 'intents') return found;
      const made =
        typeof found === 'function' ? around(String(property), found as Method) : found && inner(found as Store);
      known.set(property, made);
      return made;
    },
  });
  BEHIND.set(proxy, store);
  return proxy;
}
