import { openDrizzle } from './drizzle.js';
import { openKnex } from './knex.js';
import { openKysely } from './kysely.js';
import type { Open } from './library.js';
import { openMikroOrm } from './mikro-orm.js';
import { openPrisma } from './prisma.js';
import { openSequelize } from './sequelize.js';
import { openTypeOrm } from './typeorm.js';

/** Prisma takes 300 MB, and is tested by `npm run test:orms` alone. */
export const WITH_PRISMA = process.env['CASCACHE_WITH_PRISMA'] === '1';

const PRISMA: readonly (readonly [string, Open])[] = WITH_PRISMA ? [['Prisma 7', openPrisma]] : [];

export const LIBRARIES: readonly (readonly [string, Open])[] = [
  ['Knex', openKnex],
  ['Kysely', openKysely],
  ['Drizzle', openDrizzle],
  ['Sequelize 6', openSequelize],
  ['TypeORM', openTypeOrm],
  ['MikroORM 6', (settings) => openMikroOrm(6, settings)],
  ['MikroORM 7', (settings) => openMikroOrm(7, settings)],
  ...PRISMA,
];
