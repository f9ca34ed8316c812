import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { READ_OR_ISSUE } from '../../../lib/redis/scripts/read-or-issue.js';
import { BUMP, CLEAR_CELL, EXTEND, OPEN, RENEW, SETTLE, SNAPSHOT } from '../../../lib/redis/scripts/scripts.js';
import { SET_IF } from '../../../lib/redis/scripts/value-scripts.js';
import { ScriptDialect } from '../../../lib/redis/scripts/script-dialect.js';
import { ScriptRunner } from '../../../lib/redis/scripts/script-runner.js';
import type { Command, Commands } from '../../../lib/redis/scripts/script-runner.js';
import { freshNamespace, sharedRedis } from '../../support/redis/shared-redis.js';
import { withoutFlags } from '../../support/redis/without-script-flags.js';

class WithoutFlags implements Commands {
  constructor(private readonly client: Redis) {}

  call(command: Command): Promise<unknown> {
    const [name, ...args] = withoutFlags(command);
    return this.client.call(name, args);
  }

  callMany(commands: readonly Command[]): Promise<unknown[]> {
    return Promise.all(commands.map((command) => this.call(command).catch((error: unknown) => error)));
  }
}

describe('a server that does not know script flags', () => {
  let client: Redis;
  let scripts: ScriptRunner;
  let warnings: string[];
  let cell: string;

  beforeEach(async () => {
    client = new Redis(await sharedRedis());
    warnings = [];
    scripts = new ScriptRunner(new WithoutFlags(client), new ScriptDialect((message) => warnings.push(message)));
    cell = `gen:{${freshNamespace()}}`;
  });

  afterEach(() => client.quit());

  it('runs every script without them, and what that costs is said once', async () => {
    const value = `${cell}:value`;
    const taken = (await scripts.run(SNAPSHOT, { keys: [cell], args: [60_000] })) as string;
    expect(taken).toMatch(/^[1-9]\d{15}$/);
    expect(await scripts.run(EXTEND, { keys: [cell], args: [taken, 60_000] })).toBe(1);
    expect(await scripts.run(SET_IF, { keys: [cell, value], args: [taken, 60_000, 'entry', 60_000] })).toBe(1);
    expect(await client.get(value)).toBe('entry');
    const reading = { keys: [cell, value], args: [60_000] };
    expect(await scripts.run(READ_OR_ISSUE, reading)).toEqual(['entry', taken]);
    const bumped = (await scripts.runMany(BUMP, [{ keys: [cell, value], args: [60_000] }])) as string[];
    expect(Number(bumped[0])).toBeGreaterThan(Number(taken));
    expect(await client.exists(value)).toBe(0);
    expect(await scripts.run(SET_IF, { keys: [cell, value], args: [taken, 60_000, 'entry', 60_000] })).toBe(0);
    expect(await scripts.run(CLEAR_CELL, { keys: [cell], args: [] })).toBe(1);
    expect(await client.exists(cell)).toBe(0);
    expect(await scripts.run(OPEN, { keys: [cell, value], args: ['w', 60_000] })).toBe(1);
    expect(await scripts.run(RENEW, { keys: [cell], args: ['w', 60_000] })).toBe(1);
    expect(await client.get(cell)).toMatch(/^!0;w=\d+$/);
    const settled = await scripts.run(SETTLE, { keys: [cell, value], args: ['w', 60_000] });
    expect(settled).toEqual([await client.get(cell), 1]);
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ['that lives for ever', undefined],
    ['that expires', 90_000],
  ])('lets a script that changes nothing leave the expiry of a cell %s as it is', async (_, px) => {
    const args = px === undefined ? [] : (['PX', px] as const);
    await client.call('set', cell, '5', ...args);
    expect(await scripts.run(RENEW, { keys: [cell], args: ['w', 60_000] })).toBe(0);
    const left = await client.pttl(cell);
    expect(await client.get(cell)).toBe('5');
    if (px === undefined) expect(left).toBe(-1);
    else expect(left).toBeGreaterThan(px - 10_000);
    await scripts.run(BUMP, { keys: [cell], args: [60_000] });
    const bumped = await client.pttl(cell);
    if (px === undefined) expect(bumped).toBe(-1);
    else expect(bumped).toBeGreaterThan(px - 10_000);
  });
});
