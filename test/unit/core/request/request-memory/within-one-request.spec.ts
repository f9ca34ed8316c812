import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';

import { runInCasRequest } from '../../../../../lib/core/request/cas-request.js';
import { insideLoad } from '../../../../../lib/core/loading/load-nesting.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { requestRig } from '../../../../support/core/rig.js';

describe('what a request has found current', () => {
  it('is served again in it, until it is as old as the read allows', async () => {
    const rig = requestRig();
    await runInCasRequest(() => {
      rig.find('42', null);
      rig.timers.advance(999);
      expect(rig.requests.recall('42', 1_000)).toBeNull();
      expect(rig.requests.recall('42', 999)).toBeUndefined();
      expect(rig.requests.recall('43', 1_000)).toBeUndefined();
      rig.timers.advance(1);
      expect(rig.requests.recall('42', 1_000)).toBeUndefined();
    });
  });

  it('counts its age from when the read began', async () => {
    const rig = requestRig();
    await runInCasRequest(() => {
      const read = rig.requests.begin();
      rig.timers.advance(600);
      rig.requests.remember(read, '42', 1);
      rig.timers.advance(400);
      expect(rig.requests.recall('42', 1_000)).toBeUndefined();
      expect(rig.requests.recall('42', 1_001)).toBe(1);
    });
  });

  it('is not served in another request, nor outside of any', async () => {
    const rig = requestRig();
    await runInCasRequest(() => rig.find('42'));
    await runInCasRequest(() => expect(rig.recalls('42')).toBe(false));
    expect(rig.requests.begin()).toBeUndefined();
    rig.find('42');
    expect(rig.recalls('42')).toBe(false);
  });

  it('is not served by another cache', async () => {
    const rig = requestRig();
    const other = requestRig();
    await runInCasRequest(() => {
      rig.find('42');
      expect(rig.recalls('42')).toBe(true);
      expect(other.recalls('42')).toBe(false);
    });
  });

  it('is served in a request within it, which joins it', async () => {
    const rig = requestRig();
    await runInCasRequest(async () => {
      rig.find('before');
      await runInCasRequest(() => {
        expect(rig.recalls('before')).toBe(true);
        rig.find('inside');
      });
      expect(rig.recalls('inside')).toBe(true);
    });
  });

  it('is not served inside a loader, whose value others will be served', async () => {
    const rig = requestRig();
    await runInCasRequest(async () => {
      rig.find('42');
      expect(await insideLoad({ isOver: false, waitsFor: [] }, () => rig.recalls('42'))).toBe(false);
      expect(rig.recalls('42')).toBe(true);
    });
  });

  it('goes when it ends, whatever work it leaves over', async () => {
    const rig = requestRig();
    const ended = new Deferred();
    let left: Promise<readonly boolean[]> | undefined;
    const request = runInCasRequest(() => {
      rig.find('42');
      left = ended.promise.then(async () => {
        const before = rig.recalls('42');
        rig.find('43');
        const after = rig.recalls('43');
        const anew = await runInCasRequest(() => {
          rig.find('44');
          return rig.recalls('44');
        });
        return [before, after, anew];
      });
    });
    await request;
    ended.resolve();
    expect(await left).toEqual([false, false, true]);
  });

  it('is bounded: what was remembered first goes first', async () => {
    const rig = requestRig();
    await runInCasRequest(() => {
      for (let i = 0; i < 1_000; i++) rig.find(`${i}`);
      // Found again, so that another is the oldest.
      rig.find('0');
      rig.find('one more');
      expect([rig.recalls('0'), rig.recalls('1'), rig.recalls('2')]).toEqual([true, false, true]);
    });
  });
});

describe('runInCasRequest', () => {
  it('answers what its work does, and fails as it does', async () => {
    expect(await runInCasRequest(() => 1)).toBe(1);
    const error = new Error('no');
    await expect(runInCasRequest(() => Promise.reject(error))).rejects.toBe(error);
    await expect(
      runInCasRequest(() => {
        throw error;
      }),
    ).rejects.toBe(error);
  });

  it('two at the same time are apart', async () => {
    const rig = requestRig();
    const requests = ['a', 'b'].map((key) =>
      runInCasRequest(async () => {
        rig.find(key);
        await setImmediate();
        return [rig.recalls('a'), rig.recalls('b')];
      }),
    );
    expect(await Promise.all(requests)).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});
