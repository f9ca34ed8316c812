import { describe, expect, it } from '@jest/globals';

import { exploreSome } from '../support/interleaving/budget.js';
import { OF_LEASES } from '../support/interleaving/mutants/leases.js';
import { withBroken, wrongRead } from '../support/interleaving/mutants/mutant.js';

/** More than it takes to catch each of them. */
const DRAWN = 1_000;

describe('broken variants of read leases', () => {
  it.each(OF_LEASES)(
    '$name: caught',
    ({ edits, on, caughtBy }) =>
      withBroken(edits, async (library) => {
        expect(await wrongRead(exploreSome(DRAWN, caughtBy, on(library)))).toBeDefined();
      }),
    120_000,
  );
});
