import { expect } from '@jest/globals';
import { JsonCodec, runInCasRequest } from 'nestjs-cascache';
import type { CasCacheNamespaceOptions } from 'nestjs-cascache';
import { Deferred } from '../core/deferred.js';
import type { Cache, Row, Scene } from './scene.js';

/** Where a namespace is: a topology, in `memory` with values or with bytes. */
export type Place = 'memory' | 'memory, in bytes' | 'near' | 'redis' | 'tiered';

/** How a write ends what is cached of the row. */
export interface Ending {
  readonly name: string;
  /** Commits a newer version of the row, and ends what is cached of the older one. */
  readonly end: (scene: Scene, cache: Cache) => Promise<unknown>;
}

/** One of the options of docs/options-together.md. */
export interface Feature {
  /** As the page calls it. */
  readonly name: string;
  readonly options: () => Partial<CasCacheNamespaceOptions>;
  /** Where it has an effect. */
  readonly places: readonly Place[];
  readonly endings: readonly Ending[];
  /** What it does, besides, in a namespace whose row is cached in both processes. In process, they are one. */
  readonly shows: (scene: Scene, reader: Cache, writer: Cache) => Promise<void>;
}

const EVERYWHERE: readonly Place[] = ['memory', 'memory, in bytes', 'near', 'redis', 'tiered'];
const IN_BYTES: readonly Place[] = ['memory, in bytes', 'redis', 'tiered'];

/** What every namespace has. */
export const INVALIDATE: Ending = {
  name: 'invalidate',
  end: async (scene, cache) => {
    await scene.commit();
    await cache.invalidate(scene.key);
  },
};
export const CLEAR: Ending = {
  name: 'clear',
  end: async (scene, cache) => {
    await scene.commit();
    await cache.clear();
  },
};

/** JSON, backwards: what another codec has written it cannot read. */
class Backwards extends JsonCodec {
  override encode(value: unknown): Uint8Array {
    return Uint8Array.from(super.encode(value)).toReversed();
  }

  override decode(bytes: Uint8Array): never {
    return super.decode(Uint8Array.from(bytes).toReversed()) as never;
  }
}

/** Until it answers what is wanted: what it waits for is an event of a process or a server. */
export async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise(setImmediate);
}

const nothing = async (): Promise<void> => undefined;

export const FEATURES: readonly Feature[] = [
  {
    name: '`partition`',
    options: () => ({ partition: () => 'a' }),
    places: EVERYWHERE,
    endings: [
      {
        name: 'clear of the partition',
        end: async (scene, cache) => {
          await scene.commit();
          await cache.clear({ partition: 'a' });
        },
      },
    ],
    shows: async (scene, reader, writer) => {
      const other = reader.in('b');
      const before = await scene.read(other);
      await scene.commit();
      await writer.clear({ partition: 'a' });
      expect(await scene.read(other)).toBe(before);
      expect(await scene.read(reader)).toBe(scene.version);
    },
  },
  {
    name: '`valueVersion`',
    options: () => ({ valueVersion: '2' }),
    places: EVERYWHERE,
    endings: [],
    shows: async (scene, reader) => {
      if (!scene.isShared) return;
      const older = await scene.process({ valueVersion: '1' });
      expect(await older.get(scene.key)).toBeUndefined();
      await INVALIDATE.end(scene, older);
      expect(await scene.read(reader)).toBe(scene.version);
    },
  },
  {
    name: '`tags`',
    options: () => ({ tags: true }),
    places: EVERYWHERE,
    endings: [
      {
        name: 'invalidateTags',
        end: async (scene, cache) => {
          await scene.commit();
          await cache.invalidateTags(['some', 'others']);
        },
      },
    ],
    shows: async (scene, reader, writer) => {
      await writer.invalidateTags('others');
      const { loads } = scene;
      expect(await scene.read(reader)).toBe(scene.version);
      expect(scene.loads).toBe(loads);
    },
  },
  {
    name: '`readLease`',
    options: () => ({ readLease: true }),
    places: ['near', 'tiered'],
    endings: [],
    shows: async (scene, reader) => {
      await until(async () => (await scene.read(reader)) > 0 && reader.getSync(scene.key) !== undefined);
      expect(reader.getSync(scene.key)?.version).toBe(scene.version);
    },
  },
  {
    name: '`intents`',
    options: () => ({ intents: true, intentLease: '1s' }),
    places: EVERYWHERE,
    endings: [
      {
        name: 'withWriteIntent',
        end: (scene, cache) => cache.withWriteIntent(scene.key, () => scene.commit()),
      },
    ],
    shows: async (scene, reader, writer) => {
      await writer.withWriteIntent(scene.key, async () => {
        await scene.commit();
        expect(await reader.get(scene.key)).toBeUndefined();
      });
    },
  },
  {
    name: "`consistency: 'request'`",
    options: () => ({ consistency: 'request', requestAge: '1h' }),
    places: EVERYWHERE,
    endings: [],
    shows: async (scene, reader, writer) => {
      await runInCasRequest(async () => {
        const before = await scene.readHere(reader);
        expect(await scene.readHere(reader)).toBe(before);
        await INVALIDATE.end(scene, writer);
        // Of another process a request hears nothing.
        expect(await scene.readHere(reader)).toBe(scene.isShared ? before : scene.version);
        await INVALIDATE.end(scene, reader);
        expect(await scene.readHere(reader)).toBe(scene.version);
      });
    },
  },
  {
    name: "`stampede: 'replicas'`",
    options: () => ({ stampede: 'replicas' }),
    places: ['redis', 'tiered'],
    endings: [],
    shows: async (scene, reader, writer) => {
      const { load, hasRead, answer } = scene.slowLoad();
      let loads = 0;
      const counted = (): Promise<Row> => {
        loads++;
        return load();
      };
      const reads = [reader, writer].map((cache) => cache.getOrLoad('cold', counted));
      await hasRead;
      answer();
      await Promise.all(reads);
      expect(loads).toBe(1);
    },
  },
  {
    name: 'many keys',
    options: () => ({}),
    places: ['memory, in bytes', 'redis'],
    endings: [],
    shows: async (scene, reader, writer) => {
      const keys = ['1', '2'];
      const items = keys.map((key) => [key, { version: scene.version }] as const);
      expect((await reader.setBulkWithGens(items, await reader.snapshotGens(keys))).outcome).toBe('stored');
      expect((await reader.getBulk(keys)).missing).toEqual([]);
      await writer.invalidate('2');
      expect((await reader.getBulk(keys)).missing).toEqual(['2']);
    },
  },
  {
    name: '`fresh`',
    options: () => ({ fresh: '1h' }),
    places: EVERYWHERE,
    endings: [],
    shows: async (_scene, reader) => {
      const refreshed = new Deferred();
      let loads = 0;
      const load = async (): Promise<Row> => {
        if (++loads === 2) refreshed.resolve();
        return { version: loads };
      };
      const read = async (): Promise<number> => (await reader.getOrLoad('soft', load, { fresh: 1 })).version;
      await until(async () => (await read()) > 1);
      await refreshed.promise;
    },
  },
  {
    name: '`codec`',
    options: () => ({ codec: new Backwards() }),
    places: IN_BYTES,
    endings: [],
    shows: nothing,
  },
];
