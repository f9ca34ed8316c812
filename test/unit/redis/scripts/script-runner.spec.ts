import { describe, expect, it } from '@jest/globals';

import { BUMP, CLEAR_CELL, EXTEND, SNAPSHOT } from '../../../../lib/redis/scripts/scripts.js';
import { SET_IF } from '../../../../lib/redis/scripts/value-scripts.js';
import { ScriptDialect } from '../../../../lib/redis/scripts/script-dialect.js';
import { ScriptRunner } from '../../../../lib/redis/scripts/script-runner.js';
import type { Command, Commands } from '../../../../lib/redis/scripts/script-runner.js';

const SCRIPTS = { SNAPSHOT, SET_IF, EXTEND, BUMP, CLEAR_CELL };

function reply(message: string): Error {
  return Object.defineProperty(new Error(message), 'name', { value: 'ReplyError' });
}

/** A server that answers a script with how it was called. */
class Server implements Commands {
  readonly sent: Command[] = [];
  private readonly known = new Set<string>();

  constructor(private readonly knowsFlags: boolean) {}

  call(command: Command): Promise<unknown> {
    const answer = this.answer(command);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }

  callMany(commands: readonly Command[]): Promise<unknown[]> {
    return Promise.resolve(commands.map((command) => this.answer(command)));
  }

  private answer(command: Command): unknown {
    this.sent.push(command);
    const [name, script, , key] = command as unknown as [string, string, number, string];
    if (name === 'evalsha') return this.known.has(script) ? `${key} done` : reply('NOSCRIPT No matching script.');
    if (script.startsWith('#!lua') && !this.knowsFlags) {
      return reply("ERR Error compiling script (new function): user_script:1: unexpected symbol near '#'");
    }
    for (const { flagged, plain } of Object.values(SCRIPTS)) {
      for (const known of [flagged, plain]) if (known.text === script) this.known.add(known.sha);
    }
    return `${key} done`;
  }
}

function runnerOn(server: Server): { scripts: ScriptRunner; warnings: string[] } {
  const warnings: string[] = [];
  return { scripts: new ScriptRunner(server, new ScriptDialect((message) => warnings.push(message))), warnings };
}

const names = (server: Server): unknown[] => server.sent.splice(0).map(([name]) => name);

const call = (key: string): { keys: string[]; args: string[] } => ({ keys: [key], args: ['1'] });

describe('scripts', () => {
  it('run by their digest, and by their text where the server does not have them', async () => {
    const server = new Server(true);
    const { scripts, warnings } = runnerOn(server);
    expect(await scripts.run(BUMP, call('a'))).toBe('a done');
    expect(names(server)).toEqual(['evalsha', 'eval']);
    expect(await scripts.run(BUMP, call('a'))).toBe('a done');
    expect(names(server)).toEqual(['evalsha']);
    expect(warnings).toEqual([]);
  });

  it('go again one by one, only those of a batch that the server did not have', async () => {
    const server = new Server(true);
    const { scripts } = runnerOn(server);
    expect(await scripts.runMany(BUMP, [call('a'), call('b')])).toEqual(['a done', 'b done']);
    expect(names(server)).toEqual(['evalsha', 'evalsha', 'eval', 'eval']);
    expect(await scripts.runMany(BUMP, [call('a'), call('b')])).toEqual(['a done', 'b done']);
    expect(names(server)).toEqual(['evalsha', 'evalsha']);
    expect(await scripts.runMany(BUMP, [])).toEqual([]);
    expect(names(server)).toEqual([]);
  });

  it('go without flags to a server that does not know them, and what is lost is said once', async () => {
    const server = new Server(false);
    const { scripts, warnings } = runnerOn(server);
    expect(await scripts.run(BUMP, call('a'))).toBe('a done');
    expect(names(server)).toEqual(['evalsha', 'eval', 'evalsha', 'eval']);
    expect(await scripts.run(BUMP, call('a'))).toBe('a done');
    expect(names(server)).toEqual(['evalsha']);
    expect(await scripts.runMany(SNAPSHOT, [call('a'), call('b')])).toEqual(['a done', 'b done']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/demoted/);
  });

  it('go without flags also when the first of them were a batch', async () => {
    const server = new Server(false);
    const { scripts, warnings } = runnerOn(server);
    expect(await scripts.runMany(BUMP, [call('a'), call('b'), call('c')])).toEqual(['a done', 'b done', 'c done']);
    expect(warnings).toHaveLength(1);
  });

  it('fail with the error of the server', async () => {
    const commands: Commands = {
      call: () => Promise.reject(reply('OOM command not allowed')),
      callMany: () => Promise.resolve([reply('OOM command not allowed'), 'fine']),
    };
    const scripts = new ScriptRunner(commands, new ScriptDialect(() => undefined));
    await expect(scripts.run(BUMP, call('a'))).rejects.toThrow('OOM command not allowed');
    expect(await scripts.runMany(BUMP, [call('a'), call('b')])).toEqual([expect.any(Error), 'fine']);
  });

  it.each(['BUMP', 'CLEAR_CELL', 'EXTEND'] as const)('that must work on a full server say so: %s', (name) => {
    expect(SCRIPTS[name].flagged.text.split('\n')[0]).toBe('#!lua flags=allow-oom');
  });

  it.each(['SNAPSHOT', 'SET_IF'] as const)('that store something new do not: %s', (name) => {
    expect(SCRIPTS[name].flagged.text.split('\n')[0]).toBe('#!lua');
  });

  it('never turn a number into text in the way of Lua, which rounds', () => {
    for (const { plain } of Object.values(SCRIPTS)) expect(plain.text).not.toMatch(/tostring|%d['"]|%s/);
  });
});
