import type { ManyKeyAccess } from '../access/many-key-access.js';
import type { SingleKeyAccess } from '../access/single-key-access.js';
import type { Loader, ManyLoader } from '../loading/read-call.js';
import { ReadMany } from '../loading/read-many.js';
import type { ReadPlanner } from '../loading/read-planner.js';
import type { ReadSettings } from '../loading/read-settings.js';
import { ReadThrough } from '../loading/read-through.js';
import type { LoadManyOptions, LoadOptions } from '../options/load-options.js';
import type { RequestMemory } from '../request/request-memory.js';
import type { Reporter } from '../support/reporter.js';
import type { Verifier } from './verifier.js';

/** What both ways to read with a loader are made of. */
export interface ReadParts<V> {
  readonly singleKey: SingleKeyAccess<V>;
  readonly manyKeys: ManyKeyAccess<V>;
  readonly planner: ReadPlanner<V>;
  readonly settings: ReadSettings<V>;
  readonly requestMemory: RequestMemory<V>;
  readonly reporter: Reporter;
}

/** Reads with a loader: with a verifier, each of them may be picked to be compared with its source. */
export function readsOf<V>(
  { singleKey, manyKeys, planner, settings, requestMemory, reporter }: ReadParts<V>,
  verifier: Verifier<V> | undefined,
): { readonly readThrough: ReadThrough<V>; readonly readMany: ReadMany<V> } {
  if (verifier === undefined) {
    return {
      readThrough: new ReadThrough(singleKey, planner, settings, requestMemory, reporter),
      readMany: new ReadMany(manyKeys, planner, settings, requestMemory, reporter),
    };
  }
  return {
    readThrough: new VerifiedReadThrough(verifier, singleKey, planner, settings, requestMemory, reporter),
    readMany: new VerifiedReadMany(verifier, manyKeys, planner, settings, requestMemory, reporter),
  };
}

class VerifiedReadThrough<V> extends ReadThrough<V> {
  constructor(
    private readonly verifier: Verifier<V>,
    ...parts: ConstructorParameters<typeof ReadThrough<V>>
  ) {
    super(...parts);
  }

  override getOrLoad(key: string, loader: Loader<V>, options: LoadOptions<V>): Promise<V> {
    const answer = super.getOrLoad(key, loader, options);
    this.verifier.look(key, loader, options);
    return answer;
  }
}

class VerifiedReadMany<V> extends ReadMany<V> {
  constructor(
    private readonly verifier: Verifier<V>,
    ...parts: ConstructorParameters<typeof ReadMany<V>>
  ) {
    super(...parts);
  }

  override getOrLoadMany(
    keys: readonly string[],
    loader: ManyLoader<V>,
    options: LoadManyOptions<V>,
  ): Promise<Map<string, V>> {
    const answer = super.getOrLoadMany(keys, loader, options);
    this.verifier.lookMany(keys, loader, options);
    return answer;
  }
}
