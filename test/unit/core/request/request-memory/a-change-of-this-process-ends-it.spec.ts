import { describe, expect, it } from '@jest/globals';

import { runInCasRequest } from '../../../../../lib/core/request/cas-request.js';
import type { Asked } from '../../../../../lib/core/request/request-memory.js';
import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { requestRig } from '../../../../support/core/rig.js';
import type { Rig } from '../../../../support/core/rig.js';

type Change = (rig: Rig) => Promise<unknown>;

const CHANGES: [string, Change, { hangs: string }][] = [
  ['invalidated it', ({ components }) => components.invalidator.invalidate(['42']), { hangs: 'bump' }],
  [
    'invalidated a tag, whichever entries carry it',
    ({ components }) => components.invalidator.invalidateTags(['a']),
    { hangs: 'invalidate' },
  ],
  ['cleared the cache', ({ components }) => components.invalidator.clear(), { hangs: 'clear' }],
  [
    'opened it for a write',
    ({ components }) => components.transactionAware.intents.open(['42'], {}),
    { hangs: 'open' },
  ],
  [
    'settled a write of it',
    ({ components }) => components.invalidator.settle(['42'], 'token', 1_000),
    { hangs: 'settle' },
  ],
];

function hang({ generations }: Rig, op: string): void {
  generations.script.fail(op, 'hang');
  generations.intents.script.fail(op, 'hang');
  generations.tags.script.fail(op, 'hang');
}

function release({ generations }: Rig): void {
  for (const { script } of [generations, generations.intents, generations.tags]) script.mend();
  generations.script.release();
  generations.intents.script.release();
  generations.tags.script.release();
}

describe.each(CHANGES)('once this process has %s', (_, change, { hangs }) => {
  it('what was found before is not served any more, from the beginning on', async () => {
    const rig = requestRig('values', { tags: true });
    await runInCasRequest(async () => {
      rig.find('42');
      hang(rig, hangs);
      const changed = change(rig);
      expect(rig.recalls('42')).toBe(false);
      await settled();
      release(rig);
      await changed;
      expect(rig.recalls('42')).toBe(false);
    });
  });

  it('what a read finds that began before it is not remembered', async () => {
    const rig = requestRig('values', { tags: true });
    await runInCasRequest(async () => {
      const read = rig.requests.begin();
      await change(rig);
      rig.requests.remember(read, '42', 'old');
      expect(rig.recalls('42')).toBe(false);
      rig.find('42');
      rig.requests.remember(read, '42', 'old');
      expect(rig.requests.recall('42', 1_000)).toBe('42');
    });
  });

  it('what was found while it was under way is not served after it', async () => {
    const rig = requestRig('values', { tags: true });
    await runInCasRequest(async () => {
      rig.requests.begin();
      hang(rig, hangs);
      const changed = change(rig);
      await settled();
      const read: Asked | undefined = rig.requests.begin();
      rig.find('42');
      release(rig);
      await changed;
      rig.requests.remember(read, '42', 'old');
      expect(rig.recalls('42')).toBe(false);
    });
  });
});

describe('what was found current is not served', () => {
  it('while an invalidation of it has failed and not landed', async () => {
    const rig = requestRig('values', { tags: true });
    await runInCasRequest(async () => {
      rig.find('42');
      rig.find('43');
      rig.generations.script.fail('bump', 'reject');
      await expect(rig.components.invalidator.invalidate(['42'])).rejects.toThrow();
      rig.find('42');
      expect([rig.recalls('42'), rig.recalls('43')]).toEqual([false, true]);
    });
  });

  it('in a transaction that has written it', async () => {
    const rig = requestRig('values', { tags: true });
    await runInCasRequest(async () => {
      rig.find('42');
      rig.find('43');
      await runInCasTransaction(async () => {
        await rig.components.transactionAware.invalidate(['42']);
        expect([rig.recalls('42'), rig.recalls('43')]).toEqual([false, true]);
      });
    });
  });

  it('by a cache that is disabled or closed', async () => {
    const rig = requestRig('values', { tags: true });
    await runInCasRequest(() => {
      rig.find('42');
      void rig.cache.close();
      expect(rig.recalls('42')).toBe(false);
    });
  });

  it('but it is after another key was invalidated', async () => {
    const rig = requestRig('values', { tags: true });
    await runInCasRequest(async () => {
      rig.find('42');
      await rig.components.invalidator.invalidate(['43']);
      expect(rig.recalls('42')).toBe(true);
    });
  });
});
