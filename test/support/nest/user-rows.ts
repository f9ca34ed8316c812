import { Injectable } from '@nestjs/common';
import { CasCached, CasCachedMany, CasInvalidate } from 'nestjs-cascache';
import type { Deferred } from '../core/deferred.js';

export interface UserRow {
  readonly id: number;
  readonly name: string;
}

const key = (id: number): string => `user:${id}`;

/** A table of users behind cached reads of one and of many, under the same keys, and an invalidating write. */
@Injectable()
export class UserRows {
  readonly names = new Map([
    [1, 'Ada'],
    [2, 'Barbara'],
    [3, 'Donald'],
    [4, 'Edsger'],
  ]);
  /** The arguments of each call that reached `find` and `findMany`. */
  readonly calls: unknown[][] = [];
  /** Where there is one, reads wait for it. */
  gate: Deferred | undefined;

  @CasCached({ key })
  async find(id: number): Promise<UserRow | null> {
    this.calls.push([id]);
    const [row] = await this.select([id]);
    return row ?? null;
  }

  /** In the order of the table, as a database is free to answer. */
  @CasCachedMany({ keys: (ids: readonly number[]) => ids.map(key), keyOf: (row: UserRow) => key(row.id) })
  async findMany(ids: number[], ...more: unknown[]): Promise<UserRow[]> {
    this.calls.push([ids, ...more]);
    return this.select(ids);
  }

  @CasInvalidate({ key })
  async rename(id: number, name: string): Promise<void> {
    this.names.set(id, name);
  }

  private async select(ids: readonly number[]): Promise<UserRow[]> {
    const rows = [...this.names].filter(([id]) => ids.includes(id)).map(([id, name]) => ({ id, name }));
    await this.gate?.promise;
    return rows;
  }
}
