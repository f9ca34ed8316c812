import type { TagStore } from '../../../lib/contracts/tag-store.js';
import type { CasCacheService } from '../../../lib/core/cas-cache.js';

/** What must be nowhere but in the application and in its Redis. */
export const PLANTED = { key: 'planted-key-7f3a', value: 'planted-value-9c1e' } as const;

/** The same of what is known of tags, in a namespace that has them. */
export const PLANTED_TAGS = { tag: 'planted-tag-4e8d', namespace: 'planted-namespace-6a0f' } as const;

/** The commands that `useEveryFeature` takes. A test that must see nothing shows by them that it saw any traffic. */
export const TRAFFIC = ['mget', 'evalsha', 'unlink', 'scan'] as const;

/** And those that read leases take besides. */
export const TRAFFIC_OF_LEASES = ['publish', 'subscribe'] as const;

/** So long that no operation of a busy machine fails. */
export const PATIENT = '20s';
/** An erasure waits for as long as an operation may take. */
export const BRIEF = '500ms';

/** All that a cache does on its stores but erasures, with the planted keys and the planted value. Be `PATIENT`. */
export async function useEveryFeature(cache: CasCacheService<string>): Promise<void> {
  const [one, two] = [`${PLANTED.key}-1`, `${PLANTED.key}-2`];
  const both = [one, two];
  const load = (): string => PLANTED.value;
  const loadMany = (missing: string[]): Map<string, string> => new Map(missing.map((key) => [key, PLANTED.value]));
  await cache.getOrLoad(one, load);
  await cache.get(one);
  await cache.getOrLoadMany(both, loadMany);
  await cache.getBulk(both);
  await cache.setWithGen(one, PLANTED.value, await cache.snapshotGen(one));
  await cache.setBulkWithGens(
    both.map((key) => [key, PLANTED.value] as const),
    await cache.snapshotGens(both),
  );
  await cache.withWriteIntent(both, load);
  await cache.invalidate(one);
  await cache.invalidate(both);
  await cache.getOrLoadMany(both, loadMany);
  await cache.clear();
}

/** All that a store of tags does. */
export async function useTags(tags: TagStore): Promise<void> {
  const { seq } = await tags.snapshot();
  await Promise.all([tags.current(), tags.current()]);
  await tags.invalidate([PLANTED_TAGS.tag, `${PLANTED_TAGS.tag}-2`], 60_000);
  await tags.catchUp(seq, 100, [PLANTED_TAGS.tag]);
  await tags.clear();
}

/** What a cache of a namespace with tags does besides. */
export async function useTagsOf(cache: CasCacheService<string>): Promise<void> {
  const { tag } = PLANTED_TAGS;
  const [one, two] = [`${PLANTED.key}-5`, `${PLANTED.key}-6`];
  const load = (): string => PLANTED.value;
  await cache.getOrLoad(one, load, { tags: tag });
  await cache.getOrLoadMany([one, two], (missing) => new Map(missing.map((key) => [key, PLANTED.value])), {
    tags: tag,
    tagsOf: () => [`${tag}-2`],
  });
  await cache.invalidateTags(`${tag}-3`);
  // What was invalidated meanwhile has to be caught up with.
  await cache.get(one);
  await cache.getBulk([one, two]);
  await cache.setWithGen(two, PLANTED.value, await cache.observe(two), { tags: [tag] });
  await cache.withWriteIntent(one, async () => cache.invalidateTags([tag, `${tag}-2`]));
  await cache.getOrLoad(one, load, { tags: tag });
  await cache.clear();
}

/** Erasures, of a `BRIEF` cache: whether they are in time is not looked at. */
export async function eraseWhatIsPlanted(cache: CasCacheService<string>): Promise<void> {
  const both = [`${PLANTED.key}-3`, `${PLANTED.key}-4`];
  await cache.getOrLoadMany(both, (missing) => new Map(missing.map((key) => [key, PLANTED.value])));
  await cache.erase(both).catch(() => undefined);
}
