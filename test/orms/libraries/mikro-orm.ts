import { transactionalMikroOrm } from 'nestjs-cascache/transactions';

import { installed as installed7 } from '../clients/mikro-orm-7/installed.js';
import { installed } from '../installed.js';
import { endedByHand } from './library.js';
import type { Library, OpenSettings, Session } from './library.js';

export interface EntityManager {
  fork(): EntityManager;
  execute(text: string): Promise<unknown>;
  transactional<T>(work: (em: EntityManager) => Promise<T>, options?: object): Promise<T>;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  findOneOrFail(entity: unknown, where: object): Promise<{ id: string; name: string }>;
  flush(): Promise<void>;
}
export interface MikroORM {
  readonly em: EntityManager & { getConnection(type: 'write'): object };
  close(): Promise<void>;
}
interface Core {
  EntitySchema: new (meta: object) => object;
  RequestContext: { create<T>(em: EntityManager, work: () => T): T };
}
interface Driver {
  MikroORM: { init(options: object): Promise<MikroORM> };
}

export interface MikroOrmLibrary extends Library {
  readonly orm: MikroORM;
  readonly core: Core;
  readonly Person: object;
}

type Version = 6 | 7;

/** @param subscribers of every transaction and change */
export async function openMikroOrm(
  version: Version,
  { url, schema, isTransactional }: OpenSettings,
  subscribers: readonly object[] = [],
): Promise<MikroOrmLibrary> {
  const load = version === 6 ? installed : installed7;
  const [core, { MikroORM }] = [await load<Core>('@mikro-orm/core'), await load<Driver>('@mikro-orm/postgresql')];
  const Person = new core.EntitySchema({
    name: 'Person',
    tableName: 'person',
    properties: { id: { type: 'string', primary: true }, name: { type: 'string' } },
  });
  const options = `-c search_path=${schema}`;
  const plain = await MikroORM.init({
    clientUrl: url.replace(/\?.*/, ''),
    entities: [Person],
    subscribers: [...subscribers],
    // Version 6 hands it to Knex, version 7 to pg.
    driverOptions: version === 6 ? { connection: { options } } : { options },
  });
  const orm = isTransactional ? transactionalMikroOrm(plain) : plain;
  const session = (em: EntityManager): Session => ({
    query: (text) => em.execute(text),
    nested: (work) => em.transactional((inner) => work(session(inner))),
  });
  return {
    orm,
    core,
    Person,
    transaction: (work) => orm.em.fork().transactional((em) => work(session(em))),
    separate: (work) => orm.em.transactional((em) => work(session(em)), { propagation: 'requires_new' }),
    async byHand(work) {
      const em = orm.em.fork();
      await em.begin();
      await endedByHand(() => work(session(em)), em);
    },
    async close() {
      const closed = orm.close();
      // Version 7 keeps what was lost during COMMIT out of its pool, which waits for it without end.
      if (version === 6) await closed;
    },
  };
}
