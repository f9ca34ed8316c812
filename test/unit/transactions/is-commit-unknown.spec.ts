import { describe, expect, it } from '@jest/globals';
import { isCommitUnknown } from 'nestjs-cascache/transactions';

const failed = (fields: object): Error => Object.assign(new Error('failed'), fields);

describe('an error of COMMIT', () => {
  it.each([
    ['a unique violation', { code: '23505', severity: 'ERROR' }],
    ['a serialization failure', { code: '40001', severity: 'ERROR' }],
    ['a cancelled statement', { code: '57014', severity: 'ERROR' }],
    ['an exception of a trigger', { code: 'P0001' }],
    ['a deadlock in MySQL', { code: 'ER_LOCK_DEADLOCK', errno: 1213, sqlState: '40001' }],
    ['what TypeORM makes of one', { driverError: failed({ code: '23505' }), query: 'COMMIT' }],
    ['what Drizzle makes of one', { cause: failed({ code: '23505' }), query: 'commit' }],
    ['what Sequelize makes of one', { parent: failed({ code: '23505' }), sql: 'COMMIT;' }],
    ["what Prisma's adapter makes of one", { cause: { originalCode: '23505', kind: 'UniqueConstraintViolation' } }],
    ['a query of a batch of Prisma', { code: 'P2025', meta: { cause: 'Record to update not found.' } }],
    ['a write conflict in Prisma', { code: 'P2034' }],
    ['arguments that Prisma refuses', { name: 'PrismaClientValidationError' }],
    ['a transaction of Prisma that had expired', { code: 'P2028', meta: { operation: 'commit', timeout: 100 } }],
    ['a transaction that MongoDB does not know', { code: 251, hasErrorLabel: () => false }],
  ])('of known outcome: %s', (_, fields) => {
    expect(isCommitUnknown(failed(fields))).toBe(false);
  });

  it.each([
    ['a connection that was reset', { code: 'ECONNRESET' }],
    ['a pipe that was closed, whose name has the length of an SQLSTATE', { code: 'EPIPE' }],
    ['a time-out of the driver', {}],
    ['a connection exception', { code: '08006' }],
    ['an unknown resolution', { code: '08007' }],
    ['an unknown completion', { code: '40003' }],
    ['a session that was terminated', { code: '57P01', severity: 'FATAL' }],
    ['a server that crashed', { code: '57P02', severity: 'FATAL' }],
    ['a disk that was full under the log', { code: '53100', severity: 'PANIC' }],
    ['a connection that Prisma lost', { code: 'P1017' }],
    ['a transaction that Prisma does not find', { code: 'P2028' }],
    [
      'a session that was terminated under a batch of Prisma',
      { code: 'P2010', meta: { driverAdapterError: failed({ cause: { originalCode: '57P01', severity: 'FATAL' } }) } },
    ],
    ['what Drizzle makes of a lost connection', { cause: failed({}), query: 'commit' }],
    ['a refusal that a lost connection is the cause of', { code: '23505', cause: failed({ code: '08006' }) }],
    [
      'a commit of MongoDB whose answer was lost',
      { code: 91, hasErrorLabel: (label: string) => label === 'UnknownTransactionCommitResult' },
    ],
    ['a connection that MySQL closed', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }],
    ['what TypeORM makes of one', { driverError: failed({}), query: 'COMMIT' }],
  ])('of unknown outcome: %s', (_, fields) => {
    expect(isCommitUnknown(failed(fields))).toBe(true);
  });

  it.each([undefined, null, 'ended', 7])('of unknown outcome: %p, which is no error', (thrown) => {
    expect(isCommitUnknown(thrown)).toBe(true);
  });

  it('is looked through to the end once, though an error is its own cause', () => {
    const error = failed({});
    error.cause = error;
    expect(isCommitUnknown(error)).toBe(true);
  });
});
