import { describe, expect, it } from '@jest/globals';

import { exploreSome } from '../support/interleaving/budget.js';
import { withBroken, wrongRead } from '../support/interleaving/mutants/mutant.js';
import { OF_TAGS_BROKEN } from '../support/interleaving/mutants/tags.js';

/** More than it takes to catch each of them. */
const DRAWN = 1_000;

describe('broken variants of tags', () => {
  it.each(OF_TAGS_BROKEN)(
    '$name: caught',
    ({ edits, on, caughtBy }) =>
      withBroken(edits, async (library) => {
        expect(await wrongRead(exploreSome(DRAWN, caughtBy, on(library)))).toBeDefined();
      }),
    120_000,
  );
});
