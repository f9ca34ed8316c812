import { describe, expect, it } from '@jest/globals';

import {
  CALLER_DURING_A_WAIT,
  CALLER_OF_A_REFRESH_GIVES_UP,
  HUNG_LOAD,
  NOTHING_IS_KEPT,
} from '../../../../support/core/sharing-scenarios.js';
import type { Scenario } from '../../../../support/core/sharing-scenarios.js';
import { instead } from '../../../../support/interleaving/mutants/broken-copy.js';
import type { Edit } from '../../../../support/interleaving/mutants/broken-copy.js';
import { withBroken } from '../../../../support/interleaving/mutants/mutant.js';
import { SHARING } from '../../../../support/interleaving/mutants/places.js';

interface Variant {
  readonly name: string;
  readonly edit: Edit;
  readonly caughtBy: Scenario;
}

// Those that no order of steps can show. The others are with the interleavings.
const VARIANTS: readonly Variant[] = [
  {
    name: 'the map of running loads is not cleaned',
    edit: instead(SHARING.cleanedUp, 'undefined'),
    caughtBy: NOTHING_IS_KEPT,
  },
  {
    name: "a refresh is tied to its caller's signal",
    edit: instead(
      SHARING.refreshOfItsOwn,
      ({ text }) => `${text}
           const begun = this.loads.at(due[0][0]);
           call.options.signal?.addEventListener('abort', () => begun.abort(call.options.signal.reason));`,
    ),
    caughtBy: CALLER_OF_A_REFRESH_GIVES_UP,
  },
  {
    name: 'a load older than the fill deadline is joined',
    edit: instead(SHARING.age, 'true'),
    caughtBy: HUNG_LOAD,
  },
  {
    name: 'a caller is served what a wait for the lease read before it came',
    edit: instead(SHARING.foundByWaiting, 'true'),
    caughtBy: CALLER_DURING_A_WAIT,
  },
];

const TIMEOUT_MS = 60_000;

describe('broken variants of shared loads', () => {
  it.each(VARIANTS)(
    '$name: caught by $caughtBy.name',
    ({ edit, caughtBy }) => withBroken([edit], async (library) => expect(await caughtBy.play(library)).toBe(false)),
    TIMEOUT_MS,
  );

  it(
    'an unbroken copy passes',
    async () => {
      await withBroken([], async (library) => {
        for (const { caughtBy } of VARIANTS) expect([caughtBy.name, await caughtBy.play(library)]).toContain(true);
      });
    },
    TIMEOUT_MS,
  );
});
