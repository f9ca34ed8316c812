import { splitPartitionKey } from '../../keys/partition-key.js';
import type { LoadContext } from '../loading/load-context.js';
import { withTags } from '../loading/read-settings.js';
import type { LoadManyOptions, LoadOptions, ReadOptions } from '../options/load-options.js';
import type { ReadGuard } from '../options/read-guard.js';
import type { Partition } from './partition.js';

/** What a loader is told and may say, under the keys that its caller gave. */
export function contextOf<V>(context: LoadContext<V>, partition: Partition): LoadContext<V> {
  const renamed: Partial<LoadContext<V>> = {
    key: partition.own(context.key),
    keys: context.keys.map(partition.own),
    tag: (...tags) => context.tag(...partition.frameTags(tags)),
    previousOf: (key) => context.previousOf(partition.frame(key)),
    keep: (key) => context.keep(key === undefined ? undefined : partition.frame(key)),
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

type Conditions = Pick<ReadOptions<never>, 'when' | 'unless'> & { readonly readGuard?: ReadGuard | undefined };

/** The conditions of a namespace or a call, which are asked with keys, asked with those that the caller gave. */
export function askedWithOwnKeys<O extends Conditions>(options: O): O {
  const { when, unless, readGuard } = options;
  if (when === undefined && unless === undefined && readGuard === undefined) return options;
  return Object.freeze({
    ...whole(options),
    ...(when && { when: (key: string) => when(ownKey(key)) }),
    ...(readGuard && { readGuard: (key: string, value: unknown) => readGuard(ownKey(key), value) }),
    ...(unless && { unless: (value: never, key: string) => unless(value, ownKey(key)) }),
  });
}

/** Options of a call may stand over those of a method. */
function whole<O extends object>(options: O): O {
  const all: Record<string, unknown> = {};
  for (const name in options) all[name] = options[name];
  return all as O;
}

/** The options of a call, with its tags as those of the partition. */
export function taggedIn<V, O extends LoadOptions<V>>(options: O, partition: Partition): O {
  const { tags, tagsOf } = options as O & LoadManyOptions<V>;
  const framed = tags === undefined ? options : withTags(options, partition.frameTags(tags));
  if (tagsOf === undefined) return framed;
  const framedOf = (value: V, key: string): string[] => partition.frameTags(tagsOf(value, partition.own(key)));
  return Object.create(framed, { tagsOf: { value: framedOf, enumerable: true } }) as O;
}

function ownKey(key: string): string {
  return splitPartitionKey(key)?.key ?? key;
}
