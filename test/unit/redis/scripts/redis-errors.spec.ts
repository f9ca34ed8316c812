import { describe, expect, it } from '@jest/globals';

import { CasTimeoutError, CasUnavailableError } from '../../../../lib/errors.js';
import { NeededCommands } from '../../../../lib/redis/connection/needed-commands.js';
import { RefusedCommandError, refusalIn } from '../../../../lib/redis/scripts/refused-command.js';
import type { Refusal } from '../../../../lib/redis/scripts/refused-command.js';
import {
  TooFewReplicasError,
  isLoss,
  isOutOfMemory,
  isRefusal,
  toCacheError,
  unavailable,
} from '../../../../lib/redis/scripts/redis-errors.js';
import { MARK } from '../../../../lib/redis/vetting/vetting-scripts.js';

function named(name: string, message: string): Error {
  return Object.defineProperty(new Error(message), 'name', { value: name });
}

const reply = (message: string): Error => named('ReplyError', message);

describe('a server that was there and refused the command', () => {
  it.each([
    reply('OOM command not allowed'),
    reply('MISCONF Errors writing to the AOF file'),
    reply('NOREPLICAS Not enough good replicas to write.'),
    reply('TRYAGAIN Multiple keys request during rehashing of slot'),
    new RefusedCommandError('its user may not run EVALSHA'),
  ])('may carry out another: %s', (cause) => {
    expect([cause, toCacheError(cause, 'Redis'), unavailable('Redis', cause)].map(isRefusal)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([new Error('Connection is closed.'), new Error('the connection was lost'), new TooFewReplicasError('')])(
    'is another thing than one that is gone: %s',
    (cause) => {
      expect([cause, toCacheError(cause, 'Redis')].map(isRefusal)).toEqual([false, false]);
    },
  );
});

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

  it('of a node that is one of many say what to give; a Cluster is not told so, which follows them', () => {
    const moved = reply('MOVED 3999 127.0.0.1:6381');
    expect(toCacheError(moved, 'Redis at h:1').message).toContain('give the Cluster, as in redis: { nodes:');
    const { message } = toCacheError(moved, 'Redis Cluster of h:1');
    expect(message).toContain('MOVED 3999 127.0.0.1:6381');
    expect(message).not.toContain('nodes:');
  });

  it.each<[loss: boolean, error: Error]>([
    [true, toCacheError(new Error('Connection is closed.'), 'Redis')],
    [true, toCacheError(reply('CLUSTERDOWN The cluster is down'), 'Redis')],
    [true, toCacheError(reply("READONLY You can't write"), 'Redis')],
    [true, unavailable('Redis', new TooFewReplicasError('0 of 1 replicas'))],
    [false, toCacheError(reply('TRYAGAIN Multiple keys request during rehashing of slot'), 'Redis')],
    [false, unavailable('Redis', new RefusedCommandError('its user may not run GET'))],
    [false, toCacheError(reply('OOM command not allowed'), 'Redis')],
    [false, toCacheError(new Error('Command timed out'), 'Redis')],
    [false, new TypeError('a bug')],
  ])('are a loss of the server: %s for %s', (loss, error) => {
    expect(isLoss(error)).toBe(loss);
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

const SHA = MARK.plain.sha;
const TIME_LINE = MARK.plain.text.split('\n').findIndex((line) => line.includes("'TIME'")) + 1;
const HERE = `script: ${SHA}, on @user_script:${TIME_LINE}.`;

describe('what a server refuses', () => {
  it.each<[server: string, message: string, refusal: Refusal]>([
    ['Redis 6', "NOPERM this user has no permissions to run the 'info' command or its subcommand", rights('INFO')],
    ['Redis 7', "NOPERM User app has no permissions to run the 'script|load' command", rights('SCRIPT|LOAD')],
    ['Redis 6', 'ERR unknown command `info`, with args beginning with: `server`, ', server('INFO')],
    ['Redis 7', "ERR unknown command 'info', with args beginning with: 'server' ", server('INFO')],
    ['Redis 6', "ERR Unknown subcommand or wrong number of arguments for 'load'. Try SCRIPT HELP.", server('LOAD')],
    ['Redis 7', "ERR unknown subcommand 'load'. Try SCRIPT HELP.", server('LOAD')],
    [
      'Redis 6',
      `ERR Error running script (call to f_${SHA}): @user_script:${TIME_LINE}: @user_script: ${TIME_LINE}: Unknown Redis command called from Lua script`,
      server('TIME'),
    ],
    ['Redis 7', `ERR Unknown Redis command called from script ${HERE}`, server('TIME')],
    ['Valkey', `ERR Unknown command called from script ${HERE}`, server('TIME')],
    ['Redis 7.0', `ERR The user executing the script can't run this command or subcommand ${HERE}`, rights('TIME')],
    [
      'Redis 8',
      `ERR ACL failure in script: User app has no permissions to run the 'time' command ${HERE}`,
      rights('TIME'),
    ],
    ['no script of ours', 'ERR Unknown command called from script script: 2b47, on @user_script:2.', server(undefined)],
  ])('is told by its words: %s, %s', (_, message, refusal) => {
    expect(refusalIn(reply(message), [MARK])).toEqual(refusal);
  });

  it.each([
    'ERR value is not an integer',
    "NOPERM No permissions to access a key used as an argument to the 'get' command",
    'OOM command not allowed',
  ])('is no command: %s', (message) => {
    expect(refusalIn(reply(message), [MARK])).toBeUndefined();
  });

  const told = (message: string, onFailover: 'drop' | 'trust'): string =>
    new NeededCommands(false, { onFailover, waitReplicas: 0 }, '').explained(reply(message)).message;

  it('is said with the way out, where there is one', () => {
    const unnamed = 'ERR Unknown command called from script script: 2b47, on @user_script:2.';
    expect(told(unnamed, 'drop')).toMatch(
      /scripts of the cache call.*If it is INFO, onFailover: 'trust' does without$/,
    );
    expect(told(unnamed, 'trust')).not.toContain('onFailover');
    expect(told("ERR unknown command 'info', with", 'drop')).toMatch(/no command INFO.*onFailover: 'trust'/);
    expect(told("ERR unknown command 'get', with", 'drop')).not.toContain('onFailover');
  });
});

function rights(command: string): Refusal {
  return { command, by: 'rights' };
}

function server(command: string | undefined): Refusal {
  return { command, by: 'server' };
}
