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
