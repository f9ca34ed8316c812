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
    ['a connection that MySQL closed', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }],
    ['what TypeORM makes of one', { driverError: failed({}), query: 'COMMIT' }],
  ])('of unknown outcome: %s', (_, fields) => {
    expect(isCommitUnknown(failed(fields))).toBe(true);
  });

  it.each([undefined, null, 'ended', 7])('of unknown outcome: %p, which is no error', (thrown) => {
    expect(isCommitUnknown(thrown)).toBe(true);
  });
});
