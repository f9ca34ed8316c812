import { splitPartitionKey } from '../../keys/partition-key.js';
import type { LoadContext } from '../loading/load-context.js';
import type { ReadOptions } from '../options/load-options.js';
import type { Partition } from './partition.js';

/** What a loader is told and may say, under the keys that its caller gave. */
export function contextOf(context: LoadContext, partition: Partition): LoadContext {
  const renamed: Partial<LoadContext> = {
    key: partition.own(context.key),
    keys: context.keys.map(partition.own),
    skip: (key) => context.skip(key === undefined ? undefined : partition.frame(key)),
  };
  return new Proxy(context, {
    get(target, name) {
      if (Object.hasOwn(renamed, name)) return renamed[name as keyof LoadContext];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

type Conditions = Pick<ReadOptions<never>, 'when' | 'unless'>;

/** The conditions of a namespace or a call, which are asked with keys, asked with those that the caller gave. */
export function askedWithOwnKeys<O extends Conditions>(options: O): O {
  const { when, unless } = options;
  if (when === undefined && unless === undefined) return options;
  return Object.freeze({
    ...options,
    ...(when && { when: (key: string) => when(ownKey(key)) }),
    ...(unless && { unless: (value: never, key: string) => unless(value, ownKey(key)) }),
  });
}

function ownKey(key: string): string {
  return splitPartitionKey(key)?.key ?? key;
}
