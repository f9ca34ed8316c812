import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { BUMP, CLEAR_CELL, EXTEND, SET_IF, SNAPSHOT } from '../../../lib/redis/scripts.js';
import { ScriptRunner } from '../../../lib/redis/script-runner.js';
import type { Command, Commands } from '../../../lib/redis/script-runner.js';
import { freshNamespace, sharedRedis } from '../../support/redis/shared-redis.js';

const FLAGGED = new Set<unknown>([BUMP, CLEAR_CELL, EXTEND, SET_IF, SNAPSHOT].map(({ flagged }) => flagged.sha));

/** A space before the first line of a script makes the server compile it, and fail, as servers before Redis 7 do. */
class WithoutFlags implements Commands {
  constructor(private readonly client: Redis) {}

  call([name, script, ...args]: Command): Promise<unknown> {
    const given = String(script);
    const hidden = FLAGGED.has(given) || given.startsWith('#!') ? ` ${given}` : given;
    return this.client.call(name, [hidden, ...args]);
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
    scripts = new ScriptRunner(new WithoutFlags(client), (message) => warnings.push(message));
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
    const bumped = (await scripts.runMany(BUMP, [{ keys: [cell, value], args: [60_000] }])) as string[];
    expect(Number(bumped[0])).toBeGreaterThan(Number(taken));
    expect(await client.exists(value)).toBe(0);
    expect(await scripts.run(SET_IF, { keys: [cell, value], args: [taken, 60_000, 'entry', 60_000] })).toBe(0);
    expect(await scripts.run(CLEAR_CELL, { keys: [cell], args: [] })).toBe(1);
    expect(await client.exists(cell)).toBe(0);
    expect(warnings).toHaveLength(1);
  });
});
