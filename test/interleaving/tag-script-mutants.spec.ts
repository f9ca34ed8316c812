import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { KeyNames } from '../../lib/redis/cells/key-names.js';
import { RedisConnection } from '../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../lib/redis/parts/redis-generation-store.js';
import { RedisTags } from '../../lib/redis/parts/redis-tags.js';
import { BrokenCopy, instead } from '../support/interleaving/mutants/broken-copy.js';
import type { Edit } from '../support/interleaving/mutants/broken-copy.js';
import type { Anchor } from '../support/interleaving/mutants/place.js';
import { brokenFacts } from '../support/redis/facts-of-tags.js';
import type { TagsLibrary } from '../support/redis/facts-of-tags.js';
import { startRedis } from '../support/redis/redis-server.mjs';
import type { RedisServer } from '../support/redis/redis-server.mjs';

const TIMEOUT_MS = 60_000;

/** A rule of the scripts, what stands in its place in the variant, and the fact that has to fail there. */
interface Mutant {
  readonly name: string;
  readonly edit: Edit;
  readonly breaks: string;
}

const inScript = (what: string, constant: string, at: Anchor, to: string): Edit =>
  instead({ what, file: 'redis/scripts/tag-scripts.ts', in: constant, at }, to);

const MUTANTS: readonly Mutant[] = [
  {
    name: 'a clock without its table counts',
    edit: inScript('both cells count together', 'STATE', { line: 'local whole =' }, 'local whole = era and seq'),
    breaks: 'a lost table begins an era',
  },
  {
    name: 'a table of another seq counts',
    edit: inScript('the table is of the seq of the clock', 'STATE', { lua: 'and seqOfRows == seq' }, ''),
    breaks: 'a table of another seq begins an era',
  },
  {
    name: 'a table of another era counts',
    edit: inScript('the table is of the era of the clock', 'STATE', { lua: 'eraOfRows == era' }, 'eraOfRows'),
    breaks: 'a table of another era begins an era',
  },
  {
    name: 'what the table shows is reissued',
    edit: inScript('what the table shows', 'STATE', { lua: 'eraOfRows or 0, seqOfRows or 0' }, '0'),
    breaks: 'what is issued is above the table',
  },
  {
    name: 'what the clock shows is reissued',
    edit: inScript('what the clock shows', 'CLOCK', { lua: 'era or 0, seq or 0' }, '0'),
    breaks: 'what is issued is above the clock cell',
  },
  {
    name: 'what the caller has seen is reissued',
    edit: inScript('what the caller has seen', 'CLOCK', { lua: 'number(ARGV[1]) or 0' }, '0'),
    breaks: 'what is issued is above what this process has seen',
  },
  {
    name: 'an invalidation leaves the clock',
    edit: inScript('an invalidation moves the clock', 'INVALIDATE_TAGS', { line: 'seq = math.max(after(seq)' }, ''),
    breaks: 'an invalidation moves the clock',
  },
  {
    name: 'a clear keeps the rows',
    edit: inScript('a new era has no rows', 'STATE', { line: "redis.call('UNLINK', KEYS[1], KEYS[2])" }, ''),
    breaks: 'a clear begins an era, and forgets what was',
  },
  {
    name: 'rows are forgotten without a floor',
    edit: inScript('the floor rises with what goes', 'INVALIDATE_TAGS', { line: 'floor = math.max(floor, score)' }, ''),
    breaks: 'what is forgotten for its age is below the floor',
  },
  {
    name: 'the floor falls',
    edit: inScript('the floor never falls', 'INVALIDATE_TAGS', { lua: 'math.max(floor, score)' }, 'score'),
    breaks: 'the floor never falls',
  },
  {
    name: 'rows are kept without a bound',
    edit: inScript('rows are bounded', 'INVALIDATE_TAGS', { lua: 'gone < surplus or' }, ''),
    breaks: 'only so many rows are kept, and the rest is below the floor',
  },
  {
    name: 'what was just invalidated goes for the bound',
    edit: inScript('what was just invalidated stays', 'INVALIDATE_TAGS', { lua: 'and score < seq' }, ''),
    breaks: 'what was just invalidated is kept',
  },
  {
    name: 'a catch-up answers what lies at its bound',
    edit: inScript('the bound is not answered', 'CATCH_UP', { lua: "'(' .. ARGV[1]" }, 'ARGV[1]'),
    breaks: 'a catch-up answers the latest above the bound',
  },
];

describe('broken variants of the scripts of tags, on a real Redis', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(() => server.stop());

  it('the scripts as they are keep every fact', async () => {
    const ours = { RedisConnection, RedisGenerationStore, RedisTags, KeyNames };
    expect(await brokenFacts(ours, server.url)).toEqual([]);
  });

  it.each(MUTANTS)(
    '$name: caught',
    async ({ edit, breaks }) => {
      const copy = await BrokenCopy.make([edit]);
      try {
        // One after the other: jest cannot link the same module for two imports at a time.
        const library: TagsLibrary = {
          ...(await copy.load<Pick<TagsLibrary, 'RedisConnection'>>('redis/connection/redis-connection.js')),
          ...(await copy.load<Pick<TagsLibrary, 'RedisGenerationStore'>>('redis/parts/redis-generation-store.js')),
          ...(await copy.load<Pick<TagsLibrary, 'RedisTags'>>('redis/parts/redis-tags.js')),
          ...(await copy.load<Pick<TagsLibrary, 'KeyNames'>>('redis/cells/key-names.js')),
        };
        expect(await brokenFacts(library, server.url)).toContain(breaks);
      } finally {
        await copy.remove();
      }
    },
    TIMEOUT_MS,
  );
});
