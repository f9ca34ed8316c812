import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RefreshContext } from 'nestjs-cascache';

import { NEAR } from '../support/core/topologies.js';
import { freshDatabase } from '../support/postgres/shared-postgres.js';
import type { Database } from '../support/postgres/shared-postgres.js';
import { until } from '../support/redis/until.js';
import { openMikroOrm } from './libraries/mikro-orm.js';
import type { MikroOrmLibrary } from './libraries/mikro-orm.js';
import { toCountess } from './stage.js';

const SOFT = { ttl: '1h', fresh: '1m' } as const;

describe.each([6, 7] as const)(
  'a refresh under MikroORM %d, whose loader asks the entity manager that is injected',
  (version) => {
    let database: Database;
    let library: MikroOrmLibrary;

    beforeEach(async () => {
      database = await freshDatabase();
      await database.admin.query(`INSERT INTO person VALUES ('ada', 'Ada')`);
      library = await openMikroOrm(version, { ...database, isTransactional: true });
    });

    afterEach(async () => {
      await library.close();
      await database.close();
    });

    /** What became of the refresh of an old entry, which a request caused. */
    async function refresh(refreshContext: RefreshContext | undefined) {
      const { orm, core, Person } = library;
      const rig = NEAR.rig({ refreshContext });
      const read = () =>
        core.RequestContext.create(orm.em, () =>
          rig.cache.getOrLoad('ada', async () => (await orm.em.findOneOrFail(Person, { id: 'ada' })).name, SOFT),
        );
      await read();
      await database.admin.query(toCountess);
      rig.timers.advance(60_000);
      rig.events.forget();
      expect(await read()).toBe('Ada');
      await until(() => rig.events.of('fault').length + rig.events.of('fill').length > 0, 'the refresh ended');
      return { faults: rig.events.of('fault').map(({ operation }) => operation), now: await rig.cache.get('ada') };
    }

    it('fails by default, as there is no context of MikroORM behind its caller', async () => {
      expect(await refresh(undefined)).toEqual({ faults: ['refresh'], now: 'Ada' });
    });

    it('has one by a function', async () => {
      const { orm, core } = library;
      const refreshContext: RefreshContext = (run) => core.RequestContext.create(orm.em, run);
      expect(await refresh(refreshContext)).toEqual({ faults: [], now: 'Countess' });
    });
  },
);
