import { describe, expect, it } from '@jest/globals';

import { Database, StaleRead } from '../../support/interleaving/database.js';
import { explore, replay } from '../../support/interleaving/explore.js';
import { FILL } from '../../support/interleaving/programs/fills.js';
import { cacheAside } from '../../support/interleaving/topologies/cache-aside.js';
import { InterleavingViolation } from '../../support/interleaving/violation.js';

async function violation(exploring: Promise<unknown>): Promise<InterleavingViolation> {
  const caught: unknown = await exploring.catch((error: unknown) => error);
  if (caught instanceof InterleavingViolation) return caught;
  throw new Error('No violation was found.');
}

describe('a violation', () => {
  it('shows the steps, numbered, and can be played again', async () => {
    const found = await violation(explore(FILL, cacheAside()));
    expect(found.message).toMatch(/^ +1\. (reader|writer) +\w+\.\w+\(.*\) → /m);
    expect(found.message).toContain(`choices [${found.choices.join(',')}]`);

    const again = await violation(replay(FILL, cacheAside(), found.choices));
    expect(again.trace).toEqual(found.trace);
    expect(again.schedule).toBe(1);
  });
});

describe('the judge', () => {
  it('holds a read to what was acknowledged before it began, not after', () => {
    const database = new Database();
    const early = database.beginRead(['a']);
    const rows = database.commit(['a']);
    const unacknowledged = database.beginRead(['a']);
    database.acknowledge(rows);
    const late = database.beginRead(['a']);

    const old = { key: 'a', version: 0 };
    expect(() => early([old])).not.toThrow();
    expect(() => unacknowledged([old])).not.toThrow();
    expect(() => late([old])).toThrow(StaleRead);
    expect(() => late(rows)).not.toThrow();
  });

  it('forgets no acknowledgement for an older one that comes later', () => {
    const database = new Database();
    const [first, second] = [database.commit(['a']), database.commit(['a'])];
    database.acknowledge(second);
    database.acknowledge(first);
    expect(() => database.beginRead(['a'])(first)).toThrow(StaleRead);
  });

  it('takes the row of another key for none of its own', () => {
    const database = new Database();
    expect(() => database.beginRead(['a'])([{ key: 'b', version: 9 }])).toThrow(StaleRead);
  });
});
