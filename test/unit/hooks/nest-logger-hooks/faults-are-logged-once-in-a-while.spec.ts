import { describe, expect, it } from '@jest/globals';
import { CasDecodeError, CasTimeoutError } from 'nestjs-cascache';
import type { CacheEvent } from 'nestjs-cascache';
import { Log } from '../../../support/nest/log.js';

const late = new CasTimeoutError('No answer within 250 ms.');

describe('NestLoggerHooks', () => {
  it('asks for what it logs only', () => {
    expect(new Log().hooks.events).toEqual(['fault', 'heal', 'breaker', 'intent-lost', 'mismatch', 'warning']);
  });

  it('stays silent about everything else', () => {
    const log = new Log();
    const events: CacheEvent[] = [
      { type: 'hit', namespace: 'user', key: '1', bulk: false },
      { type: 'miss', namespace: 'user', key: '1', reason: 'absent' },
      { type: 'clear', namespace: 'user' },
      { type: 'heal', namespace: 'user', key: '1', bulk: false, reason: 'stale' },
    ];
    for (const event of events) log.hooks.onEvent(event);
    expect(log.lines).toEqual([]);
  });

  it('logs a warning as it is', () => {
    const log = new Log();
    log.hooks.onEvent({ type: 'warning', namespace: 'user', message: 'Return null.' });
    expect(log.lines).toEqual(['warn user: Return null.']);
  });

  it('names operation, namespace and error, and redacts the key', () => {
    const log = new Log();
    log.fault('get', late, 'user:42');
    expect(log.lines).toEqual([
      'error user: get of key #ea3fd43b (7 bytes) failed: CAS_TIMEOUT: No answer within 250 ms.',
    ]);
  });

  it('logs a kind once in 10 seconds, and then how many it held back', () => {
    const log = new Log();
    for (const now of [0, 1, 5_000, 9_999]) {
      log.now = now;
      log.fault('get', late);
    }
    expect(log.lines).toHaveLength(1);
    log.now = 10_000;
    log.fault('get', late);
    expect(log.lines).toEqual([
      'error user: get failed: CAS_TIMEOUT: No answer within 250 ms.',
      'error user: get failed: CAS_TIMEOUT: No answer within 250 ms. (and 3 more of this kind since the last such line)',
    ]);
  });

  it('says why an entry could not be read', () => {
    const log = new Log();
    const cause = new CasDecodeError('The key "2024" is not known: add it to keys.');
    log.hooks.onEvent({ type: 'heal', namespace: 'user', key: 'user:42', bulk: false, reason: 'undecodable', cause });
    log.hooks.onEvent({ type: 'heal', namespace: 'user', key: undefined, bulk: true, reason: 'corrupt', cause });
    expect(log.lines).toEqual([
      'error user: the entry of key #ea3fd43b (7 bytes) was undecodable and deleted: CAS_DECODE: The key "2024" is not known: add it to keys.',
      'error user: the bulk entry was corrupt and deleted: CAS_DECODE: The key "2024" is not known: add it to keys.',
    ]);
  });

  it('of two failures at once, logs the one that matters', () => {
    const log = new Log();
    log.fault('set', new AggregateError([late, new Error('no delete')], 'both', { cause: late }));
    expect(log.lines).toEqual(['error user: set failed: CAS_TIMEOUT: No answer within 250 ms.']);
  });

  it('tells kinds apart by namespace, operation and error, not by key', () => {
    const log = new Log();
    log.fault('get', late, '1', 'user');
    log.fault('get', late, '2', 'order');
    log.fault('set', late);
    log.fault('get', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
    log.fault('get', Object.assign(new Error('y'), { code: 'ECONNRESET' }));
    log.fault('get', late, '3', 'order');
    expect(log.lines).toHaveLength(5);
  });

  it.each([
    [
      'an error of ours, and what is behind it',
      new CasDecodeError('Not JSON.', { cause: new SyntaxError('"Linus" is no JSON') }),
      'CAS_DECODE: Not JSON. [SyntaxError]',
    ],
    ['an error of another library by its name alone', new SyntaxError('Unexpected token L in "Linus"'), 'SyntaxError'],
    ['an error with a code', Object.assign(new Error('for Linus'), { code: 'E_STRANGE' }), 'Error E_STRANGE'],
    [
      'an error of the system, which holds an address',
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED', syscall: 'connect' }),
      'connect ECONNREFUSED 127.0.0.1:1',
    ],
    [
      'an error of Redis by its first word',
      Object.assign(new Error('WRONGTYPE Operation against Linus'), { name: 'ReplyError' }),
      'ReplyError WRONGTYPE',
    ],
    ['what is no error', 'Linus', 'a string was thrown'],
  ])('shows of %s nothing that could be a value', (_, cause, shown) => {
    const log = new Log();
    log.fault('get', cause);
    expect(log.lines).toEqual([`error user: get failed: ${shown}`]);
  });

  it('remembers a bounded number of kinds', () => {
    const log = new Log();
    for (let i = 0; i < 2_000; i++) log.fault('get', Object.assign(new Error('x'), { code: `E${i}` }));
    expect(log.lines).toHaveLength(2_000);
    const { kinds } = log.hooks as unknown as { kinds: Map<string, unknown> };
    expect(kinds.size).toBeLessThanOrEqual(256);
  });
});
