import { describe, expect, it } from '@jest/globals';

import { exploreSome } from '../support/interleaving/budget.js';
import { OF_LEASED_TAGS } from '../support/interleaving/mutants/leased-tags.js';
import { withBroken, wrongRead } from '../support/interleaving/mutants/mutant.js';

/** More than it takes to catch each of them. */
const DRAWN = 3_000;

describe('broken variants of tags under read leases', () => {
  it.each(OF_LEASED_TAGS)(
    '$name: caught',
    ({ edits, on, caughtBy }) =>
      withBroken(edits, async (library) => {
        expect(await wrongRead(exploreSome(DRAWN, caughtBy, on(library)))).toBeDefined();
      }),
    120_000,
  );
});
