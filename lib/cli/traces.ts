import { singleKey, singlePrefix } from '../keys/storage-keys.js';
import { splitPartitionKey } from '../keys/partition-key.js';
import { KeyNames } from '../redis/cells/key-names.js';
import type { RedisConnection } from '../redis/connection/redis-connection.js';
import { registryName } from '../redis/leases/registry-name.js';

const PAGE = 1_000;

/** What Redis has of a namespace, as far as names tell. */
export interface NamespaceTraces {
  /** Whether anything of it is there at all. */
  readonly any: boolean;
  /** Whether tags were used in it. */
  readonly tags: boolean;
  /** Whether processes hold, or held a moment ago, read leases in it. */
  readonly leases: boolean;
  /** Whether the first of its keys that was found has a partition in front. `undefined`: none was looked for. */
  readonly isPartitioned: boolean | undefined;
}

/** What Redis has under one key. */
export interface KeyTraces {
  readonly entry: boolean;
  readonly generation: boolean;
}

/** Looks for what is there. Writes nothing, and reads no value. */
export class Traces {
  private readonly names: KeyNames;

  constructor(
    private readonly connection: RedisConnection,
    private readonly namespace: string,
  ) {
    this.names = new KeyNames(connection.keyPrefix, connection.isCluster);
  }

  /** @param keys as the cache has them, of which one that is there tells enough: else every key is visited */
  async ofNamespace(keys: readonly string[]): Promise<NamespaceTraces> {
    const [tags, leases] = await Promise.all([
      this.exists(this.names.tagClock(this.namespace)),
      this.exists(registryName(this.connection, this.namespace)),
    ]);
    const known = await Promise.all(keys.map((key) => this.ofKey(key)));
    const isKnown = known.length > 0 && known.every(({ entry, generation }) => entry || generation);
    const found = isKnown ? undefined : await this.firstKey();
    return {
      any: tags || leases || isKnown || found !== undefined,
      tags,
      leases,
      isPartitioned: found === undefined ? undefined : splitPartitionKey(found) !== undefined,
    };
  }

  /** @param key as the cache has it */
  async ofKey(key: string, valueVersion?: string): Promise<KeyTraces> {
    const storageKey = singleKey(this.namespace, key);
    const [entry, generation] = await Promise.all([
      this.exists(this.names.value(singlePrefix(this.namespace, valueVersion) + key)),
      this.exists(this.names.generation(storageKey)),
    ]);
    return { entry, generation };
  }

  /** Some key of the namespace, as the cache has it: '' where what is found has none. */
  private async firstKey(): Promise<string | undefined> {
    const { namespace, names } = this;
    const start = singlePrefix(namespace);
    const before = names.value(start);
    // A namespace has no character with a meaning in a pattern.
    const pattern = `*${namespace}*`;
    for (const master of await this.connection.masters()) {
      let cursor = '0';
      do {
        const [next, found] = await master.scan(cursor, 'MATCH', pattern, 'COUNT', PAGE);
        const entry = found.find((name) => names.isEntryOf(name, namespace));
        if (entry !== undefined) return entry.startsWith(before) ? entry.slice(before.length) : '';
        const generation = found.find((name) => names.isGenerationOf(name, start));
        if (generation !== undefined) return generation.slice(generation.indexOf(start) + start.length);
        cursor = next;
      } while (cursor !== '0');
    }
    return undefined;
  }

  private async exists(name: string): Promise<boolean> {
    return Number(await this.connection.call(['exists', name])) > 0;
  }
}
