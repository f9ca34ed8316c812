import { describe, expect, it } from '@jest/globals';

import { runInCasRequest } from '../../../../../lib/core/request/cas-request.js';
import type { Isolation } from '../../../../../lib/core/values/isolation.js';
import { requestRig } from '../../../../support/core/rig.js';

interface Profile {
  name: string;
  tags: string[];
}

const profile = (): Profile => ({ name: 'Ada', tags: ['a'] });

describe.each<['values' | 'bytes', Isolation]>([
  ['values', 'copy'],
  ['bytes', 'copy'],
  // Decoded for each caller, as hits are.
  ['bytes', 'frozen'],
])('over %s, with isolation %s', (holds, isolation) => {
  it('every caller has a copy, which he may change', async () => {
    const rig = requestRig(holds, { isolation });
    await runInCasRequest(() => {
      const given = profile();
      rig.find('42', given);
      given.tags.push('b');
      const first = rig.requests.recall('42', 1_000) as Profile;
      expect(first).toEqual(profile());
      first.tags.push('c');
      expect(rig.requests.recall('42', 1_000)).toEqual(profile());
    });
  });
});

describe('over values, with isolation frozen', () => {
  it('a hit, which is frozen, is served itself', async () => {
    const rig = requestRig('values', { isolation: 'frozen' });
    await runInCasRequest(() => {
      const hit = Object.freeze({ name: 'Ada' });
      rig.find('42', hit);
      expect(rig.requests.recall('42', 1_000)).toBe(hit);
    });
  });

  it('a hit that was decoded for its caller is not: what is served is a frozen copy', async () => {
    const rig = requestRig('values', { isolation: 'frozen' });
    await runInCasRequest(() => {
      const hit = profile();
      rig.find('42', hit);
      const served = rig.requests.recall('42', 1_000) as Profile;
      expect(served).toEqual(hit);
      expect([Object.isFrozen(served.tags), Object.isFrozen(hit)]).toEqual([true, false]);
      expect(rig.requests.recall('42', 1_000)).toBe(served);
    });
  });

  it('what cannot be frozen is not remembered, and fails nobody', async () => {
    const rig = requestRig('values', { isolation: 'frozen' });
    await runInCasRequest(() => {
      rig.find('42', new Map());
      expect(rig.recalls('42')).toBe(false);
    });
  });
});

describe.each<['values' | 'bytes']>([['values'], ['bytes']])('over %s, with isolation reference', (holds) => {
  it('it is the object itself', async () => {
    const rig = requestRig(holds, { isolation: 'reference' });
    await runInCasRequest(() => {
      const given = profile();
      rig.find('42', given);
      expect(rig.requests.recall('42', 1_000)).toBe(given);
    });
  });
});
