export { inTransaction } from './in-transaction.js';
export type { PooledClient, TransactionClient, TransactionOptions, TransactionPool } from './in-transaction.js';
export { transactionalDataSource } from './transactional-data-source.js';
export type { DataSourceLike } from './transactional-data-source.js';
export { transactionalAdapter } from './transactional-adapter.js';
export type {
  TransactionalAdapterLike,
  TransactionalAdapterMethods,
  TransactionalAdapterSettings,
} from './transactional-adapter.js';
export { runInSeparateCasTransaction } from './separate-transaction.js';
export { isCommitUnknown } from './commit-outcome.js';
export type { TransactionalSettings } from './commit-outcome.js';
export { transactionalDrizzle, transactionalMethod } from './transactional-method.js';
export type { DrizzleLike, TransactionalMethodOf } from './transactional-method.js';
export { transactionalKnex } from './transactional-knex.js';
export type { KnexLike } from './transactional-knex.js';
export { transactionalKysely } from './transactional-kysely.js';
export type { KyselyLike } from './transactional-kysely.js';
export { transactionalMikroOrm } from './transactional-mikro-orm.js';
export type { MikroOrmLike } from './transactional-mikro-orm.js';
export { transactionalMongo } from './transactional-mongo.js';
export type { MongoLike } from './transactional-mongo.js';
export { transactionalPrisma } from './transactional-prisma.js';
export type { PrismaLike } from './transactional-prisma.js';
export { transactionalSequelize } from './transactional-sequelize.js';
export type { SequelizeLike } from './transactional-sequelize.js';
