import { describe, expect, it } from '@jest/globals';

import { keySlot } from '../../../../lib/redis/cells/key-slot.js';

describe('the Cluster slot of a key', () => {
  it.each([
    ['123456789', 12_739],
    ['foo', 12_182],
    ['{user1000}.following', 3_443],
    ['user1000', 3_443],
    ['foo{}{bar}', 8_363],
    ['foo{{bar}}zap', 4_015],
    ['{bar', 4_015],
    ['', 0],
  ])('of %p is %p', (name, slot) => {
    expect(keySlot(name)).toBe(slot);
  });
});
