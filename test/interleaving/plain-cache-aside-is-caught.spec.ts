import { describe, expect, it } from '@jest/globals';

import { explore } from '../support/interleaving/explore.js';
import { FILL } from '../support/interleaving/programs/fills.js';
import { cacheAside } from '../support/interleaving/topologies/cache-aside.js';
import { InterleavingViolation } from '../support/interleaving/violation.js';

describe('a plain cache that deletes after the write', () => {
  it('is caught serving an old value for ever, by the shortest program that there is', async () => {
    const caught: unknown = await explore(FILL, cacheAside()).catch((error: unknown) => error);
    expect(caught).toBeInstanceOf(InterleavingViolation);
    const { message } = caught as InterleavingViolation;
    expect(message).toContain('a was invalidated at v1, and a read that began later returned v0');
    // Reader A loads, writer B commits and deletes, reader A stores what it loaded.
    const order = ['database.read', 'database.commit', 'server.unlink', 'server.set', 'in the end'];
    const places = order.map((step) => message.indexOf(step));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });
});
