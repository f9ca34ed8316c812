import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';

import { runInCasRequest } from '../../../../../lib/core/request/cas-request.js';
import { RequestScope } from '../../../../../lib/core/request/request-scope.js';
import { requestRig } from '../../../../support/core/rig.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/**
 * Those of the values that are still held somewhere. A reference that was looked at keeps its value until the next
 * turn.
 */
async function alive(values: readonly WeakRef<object>[]): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    await setImmediate();
    gc();
  }
  return values.filter((value) => value.deref() !== undefined).length;
}

describe('what a request remembers', () => {
  it('is freed with it, although cache and left-over work go on', async () => {
    const rig = requestRig('values', { isolation: 'reference' });
    const values: WeakRef<object>[] = [];
    const leftOver: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      await runInCasRequest(() => {
        const value = { i };
        values.push(new WeakRef(value));
        leftOver.push(rig.requests.begin());
        rig.find(`${i}`, value);
      });
    }
    expect(await alive(values)).toBe(0);
    expect(leftOver).toHaveLength(20);
    expect(rig.recalls('1')).toBe(false);
  });

  it('is freed too where its end is never told: the cache does not hold it', async () => {
    const rig = requestRig('values', { isolation: 'reference' });
    const values: WeakRef<object>[] = [];
    for (let i = 0; i < 20; i++) {
      new RequestScope().run(() => {
        const value = { i };
        values.push(new WeakRef(value));
        rig.find(`${i}`, value);
      });
    }
    expect(await alive(values)).toBe(0);
    expect(rig.recalls('1')).toBe(false);
  });
});
