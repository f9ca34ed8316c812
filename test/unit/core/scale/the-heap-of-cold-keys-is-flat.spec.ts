import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { BrokenCopy, instead } from '../../../support/interleaving/mutants/broken-copy.js';
import type { Edit } from '../../../support/interleaving/mutants/broken-copy.js';
import { SHARING } from '../../../support/interleaving/mutants/places.js';

const LOOKS = 10;
const TIMEOUT_MS = 300_000;
const MEGABYTE = 1_048_576;
const SCRIPT = fileURLToPath(new URL('../../../support/core/heap-of-cold-keys.mjs', import.meta.url));

interface Heard {
  readonly heaps: readonly number[];
  readonly loads: { readonly run: number; readonly shared: number };
}

async function load(keys: number, edits: readonly Edit[] = []): Promise<Heard> {
  const copy = await BrokenCopy.make(edits);
  try {
    const args = ['--expose-gc', SCRIPT, copy.urlOf(''), String(keys), String(LOOKS)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout) as Heard;
  } finally {
    await copy.remove();
  }
}

/** From the first look, by when everything bounded is full, to the last one. */
function growth({ heaps }: Heard): number {
  return (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
}

describe('heap after many distinct cold keys through single flight and the bounded stores, after GC', () => {
  it(
    'is flat after one million',
    async () => {
      const heard = await load(1_000_000);
      expect(heard.loads).toMatchObject({ run: 1_000_000, shared: 20_000, failed: 0 });
      expect(heard.heaps).toHaveLength(LOOKS);
      expect(growth(heard)).toBeLessThan(2 * MEGABYTE);
    },
    TIMEOUT_MS,
  );

  it(
    'grows after a fraction of them where what has ended is kept',
    async () => {
      const kept = instead(SHARING.cleanedUp, 'undefined');
      expect(growth(await load(50_000, [kept]))).toBeGreaterThan(10 * MEGABYTE);
    },
    TIMEOUT_MS,
  );
});
