import { describe, expect, it } from '@jest/globals';

import { LocalChangeLog } from '../../../../../lib/core/support/local-change-log.js';

describe('the changes of a cache', () => {
  it('are known by key, and of all keys at once', () => {
    const changes = new LocalChangeLog();
    expect(changes.watch()).toBe(0);
    changes.changed(['a', 'b']);
    changes.changed(['b']);
    expect([changes.of('a'), changes.of('b'), changes.of('c'), changes.watch()]).toEqual([1, 2, 0, 2]);
    changes.changedAll();
    expect([changes.of('a'), changes.of('c')]).toEqual([3, 3]);
    changes.changed(['c']);
    expect([changes.of('a'), changes.of('c')]).toEqual([3, 4]);
  });

  it('of all but the latest keys are one: every key counts as changed by then', () => {
    const changes = new LocalChangeLog(2);
    changes.watch();
    changes.changed(['a']);
    changes.changed(['b']);
    changes.changed(['a']);
    changes.changed(['c']);
    // b is forgotten, and with it everything up to its change.
    expect(['a', 'b', 'c', 'd'].map((key) => changes.of(key))).toEqual([3, 2, 4, 2]);
  });

  it('cost nothing before anybody asks for them', () => {
    const changes = new LocalChangeLog();
    changes.changed(['a']);
    changes.changedAll();
    expect([changes.watch(), changes.of('a')]).toEqual([0, 0]);
  });
});
