import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { commandLine, printed } from '../../support/cli/command-line.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import { freshNamespace, sharedRedis } from '../../support/redis/shared-redis.js';
import { TaggedProcess } from '../../support/redis/tagged-process.js';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

/** A namespace that has entries, and its cache. */
async function filled(keys: readonly string[]) {
  const namespace = freshNamespace();
  const made = new TaggedProcess(await sharedRedis(), { namespace, topology: 'redis', tags: false });
  opened.push(made);
  for (const key of keys) await made.cache.getOrLoad(key, () => 'value');
  return { namespace, cache: made.cache, url: await sharedRedis() };
}

describe.each(['invalidate a', 'invalidate-tags a', 'clear --yes', 'erase a --yes', 'explain a'])('%s', (command) => {
  it('of a namespace of which Redis has nothing says so, writes nothing, and ends with 3', async () => {
    const namespace = freshNamespace();
    const outside = new Redis(await sharedRedis());
    opened.push({ close: async () => void (await outside.quit()) });
    const { code, all } = await commandLine([...command.split(' '), '-n', namespace], await sharedRedis());
    expect(code).toBe(3);
    expect(all).toContain(`Redis has nothing of namespace "${namespace}"`);
    expect(await outside.keys(`*${namespace}*`)).toEqual([]);
  });
});

describe.each(['clear', 'erase a'])('%s', (command) => {
  it('without a terminal and without --yes does nothing, and ends with 2', async () => {
    const { namespace, cache, url } = await filled(['a']);
    for (const more of [[], ['--json']]) {
      const { code, all } = await commandLine([...command.split(' '), '-n', namespace, ...more], url);
      expect(code).toBe(2);
      expect(all).toMatch(/give --yes\. Nothing was done\./);
    }
    expect(await cache.get('a')).toBe('value');
  });
});

it('a key under which there is nothing is said, and what its partition has to do with it', async () => {
  const plain = await filled(['a']);
  const wrong = await commandLine(['invalidate', 'b', '-n', plain.namespace], plain.url);
  expect(wrong.code).toBe(0);
  expect(wrong.stdout).toMatch(/invalidated b, of which Redis had nothing\nWhere nothing is under a key/);
  const needless = await commandLine(['invalidate', 'a', '-n', plain.namespace, '-p', 'acme'], plain.url);
  expect(needless.stdout).toMatch(/leave --partition out/);
  const parted = await filled(['4:acme:a']);
  const missing = await commandLine(['invalidate', 'a', '-n', parted.namespace], parted.url);
  expect(missing.stdout).toMatch(/give --partition <name>/);
});

it('tags in a namespace in which none was ever used are said to be none', async () => {
  const { namespace, url } = await filled(['a']);
  const { code, stderr } = await commandLine(['invalidate-tags', 'red', '-n', namespace], url);
  expect(code).toBe(3);
  expect(stderr).toMatch(/no tags were ever used/);
});

it.each([
  ['no command that there is', ['delete', 'a', '-n', 'user']],
  ['no namespace', ['invalidate', 'a']],
  ['no key', ['invalidate', '-n', 'user']],
  ['keys for clear', ['clear', 'a', '-n', 'user', '--yes']],
  ['an unknown option', ['invalidate', 'a', '-n', 'user', '--force']],
  ['a namespace that is none', ['invalidate', 'a', '-n', 'user:a']],
  ['a key that is none', ['invalidate', '', '-n', 'user']],
  ['a timeout that is none', ['invalidate', 'a', '-n', 'user', '--timeout', 'soon']],
  ['a text that is no URL', ['ping', '--url', 'localhost']],
])('%s ends with 2, and with one line that says what to change', async (_, args) => {
  const { code, stdout, stderr } = await commandLine(args, await sharedRedis());
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

it('a Redis that is not there ends with 1, and its password is printed nowhere', async () => {
  const url = 'redis://user:s3cr3t@127.0.0.1:1';
  for (const args of [
    ['ping'],
    ['ping', '--json'],
    ['invalidate', 'a', '-n', 'user', '--timeout', '200ms'],
    ['clear', '-n', 'user', '--yes', '--json', '--timeout', '200ms'],
  ]) {
    const { code, all } = await commandLine(args, url);
    expect(code).toBe(1);
    expect(all).toContain('127.0.0.1:1');
    expect(all).not.toContain('s3cr3t');
  }
  for (const args of [[`--${url}`], ['invalidate', url], ['ping', '--url', 'redis://user:s3cr#3t@host']]) {
    expect((await commandLine(args)).all).not.toMatch(/s3cr/);
  }
});

it('ping measures each server, and writes nothing', async () => {
  const server = await startRedis();
  opened.push({ close: () => server.stop() });
  const ran = await commandLine(['ping', '--url', server.url, '--json']);
  expect(printed(ran)).toMatchObject({
    ok: true,
    servers: [{ answers: true, role: 'master', ms: expect.any(Number) }],
  });
  const outside = new Redis(server.url);
  opened.push({ close: async () => void (await outside.quit()) });
  expect(await outside.dbsize()).toBe(0);
});

it('help is printed, of all and of each', async () => {
  const all = await commandLine([]);
  expect(all.code).toBe(0);
  for (const name of ['ping', 'explain', 'invalidate', 'invalidate-tags', 'clear', 'erase']) {
    expect(all.stdout).toContain(name);
    expect((await commandLine([name, '--help'])).stdout).toMatch(new RegExp(`^nestjs-cascache ${name}`));
  }
});
