import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { BrokenCopy, instead } from '../../../support/interleaving/mutants/broken-copy.js';
import type { Edit } from '../../../support/interleaving/mutants/broken-copy.js';
import { EVICTION } from '../../../support/interleaving/mutants/places.js';

const TIMEOUT_MS = 300_000;
const MEGABYTE = 1_048_576;
const SCRIPT = fileURLToPath(new URL('../../../support/core/heap-of-outgrown-tables.mjs', import.meta.url));

async function growth(edits: readonly Edit[] = []): Promise<Record<'cells' | 'generationsAlone', number>> {
  const copy = await BrokenCopy.make(edits);
  try {
    const args = ['--expose-gc', SCRIPT, copy.urlOf(''), '300000'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout) as Record<'cells' | 'generationsAlone', number>;
  } finally {
    await copy.remove();
  }
}

// The iterator of a map keeps every table that the map has outgrown since it last moved.
describe('heap after many entries that came and went since the last eviction, after GC', () => {
  it(
    'is flat',
    async () => {
      const { cells, generationsAlone } = await growth();
      expect(cells).toBeLessThan(2 * MEGABYTE);
      expect(generationsAlone).toBeLessThan(2 * MEGABYTE);
    },
    TIMEOUT_MS,
  );

  it(
    'grows where eviction stays where it was',
    async () => {
      const { cells, generationsAlone } = await growth([
        instead(EVICTION.ofEntries, 'this.hand'),
        instead(EVICTION.ofGenerations, 'this.#hand'),
      ]);
      expect(cells).toBeGreaterThan(5 * MEGABYTE);
      expect(generationsAlone).toBeGreaterThan(5 * MEGABYTE);
    },
    TIMEOUT_MS,
  );
});
