import { describe, expect, it } from '@jest/globals';
import { CasCommitUnknownError, CasConfigError } from 'nestjs-cascache';
import { transactionalKnex, transactionalMethod } from 'nestjs-cascache/transactions';

import { Embedded } from '../../support/core/embedded.js';

const gone = new Error('gone');

/** As postgres.js has it: options before the callback, or none. */
class FakeSql {
  readonly name = 'sql';
  commit: () => Promise<void> = async () => undefined;

  begin<T>(work: (sql: FakeSql) => Promise<T>): Promise<T>;
  begin<T>(options: string, work: (sql: FakeSql) => Promise<T>): Promise<T>;
  async begin<T>(...args: unknown[]): Promise<T> {
    const work = args.at(-1) as (sql: FakeSql) => Promise<T>;
    if (typeof work !== 'function') return args as T;
    const result = await work(this);
    await this.commit();
    return result;
  }
}

describe('transactionalMethod', () => {
  it('holds back what is invalidated in the callback, wherever that is among the arguments', async () => {
    const { cache } = new Embedded<string>();
    const plain = new FakeSql();
    const sql = transactionalMethod(plain, 'begin');

    const result = await sql.begin('read write', async (same) => {
      await cache.invalidate('ada');
      expect(cache.stats().invalidations).toBe(0);
      return same.name;
    });

    expect(sql).toBe(plain);
    expect(result).toBe('sql');
    expect(cache.stats().invalidations).toBe(1);
  });

  it('leaves a call without a callback as it is', async () => {
    const sql = transactionalMethod(new FakeSql(), 'begin') as unknown as { begin(name: string): Promise<unknown> };
    expect(await sql.begin('by hand')).toEqual(['by hand']);
  });

  it('tells a commit that was lost from work that failed, and lets the caller judge', async () => {
    const sql = transactionalMethod(new FakeSql(), 'begin');
    const judged = transactionalMethod(new FakeSql(), 'begin', { isCommitUnknown: () => false });
    await expect(sql.begin(() => Promise.reject(gone))).rejects.toBe(gone);
    for (const one of [sql, judged]) one.commit = () => Promise.reject(gone);

    await expect(sql.begin(async () => 'result')).rejects.toBeInstanceOf(CasCommitUnknownError);
    await expect(judged.begin(async () => 'result')).rejects.toBe(gone);
  });

  it('refuses an object that has no such method, and says what to hand in', () => {
    expect(() => transactionalKnex({} as never)).toThrow(CasConfigError);
    expect(() => transactionalKnex({} as never)).toThrow(/transactionalKnex was given an object without a method/);
  });
});
