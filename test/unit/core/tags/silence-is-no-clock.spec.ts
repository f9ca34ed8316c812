import { describe, expect, it } from '@jest/globals';

import type { TagStore } from '../../../../lib/contracts/tag-store.js';
import { Guard } from '../../../../lib/core/support/guard.js';
import { Reporter } from '../../../../lib/core/support/reporter.js';
import { NamespaceTags } from '../../../../lib/core/tags/namespace-tags.js';
import { ManualTimers } from '../../../support/core/manual-timers.js';
import { RecordedEvents } from '../../../support/core/recorded-events.js';

const NONE = { owed: () => undefined, written: () => undefined };
const never = (): Promise<never> => new Promise(() => undefined);

/** The tags of a namespace whose store answers nothing. */
function silent() {
  const timers = new ManualTimers();
  const events = new RecordedEvents();
  const reporter = new Reporter('user', [events]);
  const store = { current: never, snapshot: never, catchUp: never } as unknown as TagStore;
  const tags = new NamespaceTags(store, true, false, new Guard(reporter, 250, timers), reporter, NONE);
  return { tags, timers, faults: () => events.of('fault').map(({ operation }) => operation) };
}

describe('a store of tags that does not answer', () => {
  it('is not waited for by a read beyond the deadline, and said to be silent', async () => {
    const { tags, timers, faults } = silent();
    const asking = tags.ask();
    timers.advance(250);
    expect(await asking).toBeUndefined();
    expect(faults()).toEqual(['get']);
  });

  it('is not waited for by a load', async () => {
    const { tags, timers, faults } = silent();
    const beginning = tags.begin();
    timers.advance(250);
    expect(await beginning).toBeUndefined();
    expect(faults()).toEqual(['snapshot']);
  });

  it('proves no entry that is older than the clock, and says so within the deadline', async () => {
    const { tags, timers, faults } = silent();
    const judging = tags.judge('42', { era: 1, seq: 1, tags: ['a'] }, { era: 1, seq: 2 });
    timers.advance(250);
    expect(await judging).toBe('unavailable');
    expect(faults()).toEqual(['get']);
  });
});
