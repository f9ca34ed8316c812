import { expect, it } from '@jest/globals';

import { CollectedWrites } from '../../../../../lib/core/writing/collected-writes.js';
import type { Invalidator } from '../../../../../lib/core/writing/invalidator.js';
import type { OpenIntent } from '../../../../../lib/core/writing/open-intent.js';
import { TransactionWrites } from '../../../../../lib/core/writing/transaction-writes.js';
import { ManualTimers } from '../../../../support/core/manual-timers.js';

it('a transaction of unknown outcome may have had any number of intents: the longest lease is waited for', async () => {
  const later: number[] = [];
  const invalidator = {
    invalidate: () => Promise.resolve(),
    invalidateLater: (_: readonly string[], ms: number) => later.push(ms),
  } as unknown as Invalidator;
  const writes = new TransactionWrites('user', invalidator, 30_000, new CollectedWrites(new ManualTimers()));
  for (let i = 1; i <= 200_000; i++) {
    writes.write({ keys: ['42'], abandon: () => i } as unknown as OpenIntent);
  }
  expect(await writes.conclude('unknown', true)).toEqual({ keys: new Map(), tags: new Map() });
  expect(later).toEqual([200_000]);
});
