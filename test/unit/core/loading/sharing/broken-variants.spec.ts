import { describe, expect, it } from '@jest/globals';

import {
  CALLER_DURING_A_WAIT,
  CALLER_OF_A_REFRESH_GIVES_UP,
  HUNG_LOAD,
  NOTHING_IS_KEPT,
} from '../../../../support/core/sharing-scenarios.js';
import type { Scenario } from '../../../../support/core/sharing-scenarios.js';
import type { Edit } from '../../../../support/interleaving/mutants/broken-copy.js';
import { withBroken } from '../../../../support/interleaving/mutants/mutant.js';

interface Variant {
  readonly name: string;
  readonly edit: Edit;
  readonly caughtBy: Scenario;
}

// Those that no order of steps can show. The others are with the interleavings.
const VARIANTS: readonly Variant[] = [
  {
    name: 'the map of running loads is not cleaned',
    edit: {
      file: 'core/loading/loads.ts',
      from: 'if (this.running.get(key) === load) this.running.delete(key);',
      to: ';',
    },
    caughtBy: NOTHING_IS_KEPT,
  },
  {
    name: "a refresh is tied to its caller's signal",
    edit: {
      file: 'core/loading/read-through.ts',
      from: 'this.refreshes.begin(this.plan(call, aged.generation));',
      to: `this.refreshes.begin(this.plan(call, aged.generation));
           const begun = this.loads.at(key);
           call.options.signal?.addEventListener('abort', () => begun.abort(call.options.signal.reason));`,
    },
    caughtBy: CALLER_OF_A_REFRESH_GIVES_UP,
  },
  {
    name: 'a load older than the fill deadline is joined',
    edit: { file: 'core/loading/load.ts', from: ' && this.begunAt >= since', to: '' },
    caughtBy: HUNG_LOAD,
  },
  {
    name: 'a caller is served what a wait for the lease read before he came',
    edit: { file: 'core/loading/load.ts', from: 'return ticket < this.foundBy;', to: 'return true;' },
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
