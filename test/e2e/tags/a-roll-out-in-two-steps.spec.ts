import { Injectable } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CasCached, CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import type { CasCacheService, CasTopology } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { freshNamespace, sharedRedis } from '../../support/redis/shared-redis.js';

const { compile } = applications();

/** The table that all processes read. */
interface Table {
  version: number;
}

/** The code as it was before there were tags. */
@Injectable()
class Before {
  constructor(protected readonly table: Table) {}

  @CasCached({ key: (id: string) => id })
  async find(id: string): Promise<string> {
    return `${id} v${this.table.version}`;
  }
}

/** The code with tags, of which the method alone knows one. */
@Injectable()
class After {
  constructor(protected readonly table: Table) {}

  @CasCached({ key: (id: string) => id, tagsFrom: () => ['all'] })
  async find(id: string): Promise<string> {
    return `${id} v${this.table.version}`;
  }
}

interface Running {
  readonly rows: Before | After;
  readonly cache: CasCacheService;
  close(): Promise<void>;
}

describe.each<CasTopology>(['redis', 'tiered'])(
  'tags are rolled out over running processes, topology %s',
  (topology) => {
    async function start(namespace: string, table: Table, has: 'tags' | 'no tags'): Promise<Running> {
      const tags = has === 'tags';
      const Rows = tags ? After : Before;
      const app = await compile({
        imports: [
          CasCacheModule.forRoot({ topology, redis: await sharedRedis(), defaults: { timeout: '10s' } }),
          CasCacheModule.forFeature({ namespace, tags }),
        ],
        providers: [{ provide: Rows, useFactory: () => new Rows(table) }],
      });
      const cache = app.get(CasCacheRegistry).get(namespace);
      return { rows: app.get<Before | After>(Rows), cache, close: () => app.close() };
    }

    it('keys hold throughout, tags where they are and, at the end, everywhere', async () => {
      const namespace = freshNamespace();
      const table: Table = { version: 1 };
      const before = await Promise.all([start(namespace, table, 'no tags'), start(namespace, table, 'no tags')]);
      const find = (all: readonly Running[], id: string): Promise<string[]> =>
        Promise.all(all.map(({ rows }) => rows.find(id)));
      expect(await find(before, 'a')).toEqual(['a v1', 'a v1']);

      // One of the two is replaced.
      const [old, replaced] = before as [Running, Running];
      await replaced.close();
      const one = await start(namespace, table, 'tags');
      const mixed = [old, one];
      expect(await find([one, old, one], 'b')).toEqual(['b v1', 'b v1', 'b v1']);
      expect(await find([old, one, old], 'a')).toEqual(['a v1', 'a v1', 'a v1']);

      // By key.
      table.version = 2;
      await old.cache.invalidate('a');
      expect(await find(mixed, 'a')).toEqual(['a v2', 'a v2']);
      table.version = 3;
      await one.cache.invalidate('a');
      expect(await find(mixed, 'a')).toEqual(['a v3', 'a v3']);

      // By tag: where it is, also of a value that the process without had stored first.
      await find([old], 'c');
      await find([one], 'c');
      table.version = 4;
      await one.cache.invalidateTags('all');
      expect(await find([one], 'a')).toEqual(['a v4']);
      expect(await find([one], 'c')).toEqual(['c v4']);

      // By a clear of either.
      table.version = 5;
      await old.cache.clear();
      expect(await find(mixed, 'a')).toEqual(['a v5', 'a v5']);
      table.version = 6;
      await one.cache.clear();
      expect(await find([old, one], 'a')).toEqual(['a v6', 'a v6']);

      // What the one without stores now, the other does not take when it is the last.
      await find([old], 'd');
      await old.close();
      const other = await start(namespace, table, 'tags');
      const after = [one, other];
      await find(after, 'd');
      table.version = 7;
      await other.cache.invalidateTags('all');
      for (const id of ['a', 'b', 'c', 'd']) expect(await find(after, id)).toEqual([`${id} v7`, `${id} v7`]);

      // And back.
      await one.close();
      const back = await start(namespace, table, 'no tags');
      expect(await find([back, other, back], 'a')).toEqual(['a v7', 'a v7', 'a v7']);
      table.version = 8;
      await back.cache.invalidate('a');
      expect(await find([back, other], 'a')).toEqual(['a v8', 'a v8']);
      await Promise.all([back.close(), other.close()]);
    });

    it('a process without the option that serves what another stored misses it once its tag was invalidated', async () => {
      const namespace = freshNamespace();
      const table: Table = { version: 1 };
      const [old, one] = await Promise.all([start(namespace, table, 'no tags'), start(namespace, table, 'tags')]);
      await one.rows.find('a');
      await one.rows.find('b');
      expect(await old.cache.get('a')).toBeUndefined();
      expect(await old.cache.get('b')).toBe('b v1');
      expect(await old.cache.get('b')).toBe('b v1');
      await one.cache.invalidateTags('all');
      expect(await old.cache.get('b')).toBeUndefined();
      await Promise.all([old.close(), one.close()]);
    });
  },
);
