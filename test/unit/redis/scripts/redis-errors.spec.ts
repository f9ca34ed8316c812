import { describe, expect, it } from '@jest/globals';

import { CasTimeoutError, CasUnavailableError } from '../../../../lib/errors.js';
import { isOutOfMemory, isRefusedInScript, toCacheError } from '../../../../lib/redis/scripts/redis-errors.js';

function named(name: string, message: string): Error {
  return Object.defineProperty(new Error(message), 'name', { value: name });
}

const reply = (message: string): Error => named('ReplyError', message);

describe('errors of ioredis', () => {
  it.each([
    named('MaxRetriesPerRequestError', 'Reached the max retries per request limit (which is 0).'),
    named('AbortError', 'Command aborted due to connection close'),
    new Error('Connection is closed.'),
    new Error("Stream isn't writeable and enableOfflineQueue options is false"),
    new Error('None of startup nodes is available'),
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    reply('LOADING Redis is loading the dataset in memory'),
    reply('CLUSTERDOWN Hash slot not served'),
    reply("READONLY You can't write against a read only replica."),
    reply('MASTERDOWN Link with MASTER is down'),
    reply('NOREPLICAS Not enough good replicas to write.'),
    reply('BUSY Redis is busy running a script.'),
    reply("ERR Error running script (call to f_0): @user_script:2: @user_script: 2: -READONLY You can't write"),
  ])('mean that the server is unavailable: %s', (cause) => {
    const error = toCacheError(cause, 'Redis at h:1');
    expect(error).toBeInstanceOf(CasUnavailableError);
    expect(error.cause).toBe(cause);
    expect(error.message).toMatch(/Redis at h:1.*Check that it runs/);
  });

  it('say that the connection was lost, and nothing of streams and options that the user never set', () => {
    const cause = new Error("Stream isn't writeable and enableOfflineQueue options is false");
    const { message } = toCacheError(cause, 'Redis at h:1');
    expect(message).toContain('Redis at h:1 cannot be used now (the connection was lost).');
    expect(message).not.toContain('Stream');
  });

  it('mean a timeout where the client has one', () => {
    expect(toCacheError(new Error('Command timed out'), 'Redis at h:1')).toBeInstanceOf(CasTimeoutError);
  });

  it.each([
    reply('OOM command not allowed when used memory > maxmemory.'),
    reply('NOPERM this user has no permissions'),
    reply('NOSCRIPT No matching script.'),
    reply('WRONGTYPE Operation against a key'),
    new TypeError('a bug'),
    new CasUnavailableError('already said'),
  ])('are themselves where the server refuses the command: %s', (cause) => {
    expect(toCacheError(cause, 'Redis at h:1')).toBe(cause);
  });

  it.each([
    'ERR Unknown Redis command called from script script: 2b47, on @user_script:2.',
    'ERR Unknown command called from script script: 2b47, on @user_script:2.',
    "ERR The user executing the script can't run this command or subcommand script: 2b47, on @user_script:2.",
    "ERR ACL failure in script: User default has no permissions to run the 'info' command script: 2b47.",
    'ERR Error running script (call to f_2b47): @user_script:2: @user_script: 2: Unknown Redis command called from script',
  ])('tell a command that a script may not call: %s', (text) => {
    expect(isRefusedInScript(reply(text))).toBe(true);
    expect(isRefusedInScript(reply('ERR value is not an integer'))).toBe(false);
  });

  it('tell a full server, also before Redis 7, whose text has the reason inside', () => {
    expect(isOutOfMemory(reply("OOM command not allowed when used memory > 'maxmemory'."))).toBe(true);
    expect(
      isOutOfMemory(reply('ERR Error running script (call to f_0): @user_script:5: -OOM command not allowed')),
    ).toBe(true);
    expect(isOutOfMemory(reply('ERR ROOM'))).toBe(false);
    expect(isOutOfMemory(new Error('OOM killer'))).toBe(false);
    expect(isOutOfMemory('OK')).toBe(false);
  });
});
