import { randomUUID } from 'node:crypto';

import { Pool } from 'pg';

import { askDesk } from '../ask-desk.js';

/** A schema of its own on the Postgres that all specs of a run share: `person(id, name)`. */
export interface Database {
  readonly schema: string;
  /** Names the server and the schema. */
  readonly url: string;
  /** Not part of what is tested: what is committed, and what to do to other sessions. */
  readonly admin: Pool;
  nameOf(id: string): Promise<string | undefined>;
  close(): Promise<void>;
}

export async function freshDatabase(): Promise<Database> {
  const schema = `t_${randomUUID().replaceAll('-', '')}`;
  const server = (await askDesk(process.env['CASCACHE_TEST_POSTGRES'])) as string;
  const url = `${server}?options=-c%20search_path%3D${schema}`;
  const admin = new Pool({ connectionString: url, max: 3 });
  await admin.query(`CREATE SCHEMA ${schema}`);
  await admin.query('CREATE TABLE person (id text PRIMARY KEY, name text NOT NULL)');
  return {
    schema,
    url,
    admin,
    async nameOf(id) {
      const { rows } = await admin.query<{ name: string }>('SELECT name FROM person WHERE id = $1', [id]);
      return rows[0]?.name;
    },
    async close() {
      await admin.query(`DROP SCHEMA ${schema} CASCADE`);
      await admin.end();
    },
  };
}
