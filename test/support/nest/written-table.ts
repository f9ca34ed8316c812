import { Injectable } from '@nestjs/common';
import { CasCached, CasInvalidate } from 'nestjs-cascache';
import { Deferred } from '../core/deferred.js';

/** A database of one row, which several replicas share. */
export class Table {
  row = 'old';
  reads = 0;
}

/** A repository whose writes are under intents, and take as long as a test says. */
@Injectable()
export class TableRepository {
  constructor(readonly table: Table) {}

  @CasCached({ key: (id: string) => id })
  async find(_id: string): Promise<string> {
    this.table.reads++;
    return this.table.row;
  }

  @CasCached({ key: (id: string) => id })
  async findSlowly(_id: string, end: Promise<unknown>): Promise<string> {
    this.table.reads++;
    const { row } = this.table;
    await end;
    return row;
  }

  @CasInvalidate({ intent: true, key: (id: string) => id })
  async write(_id: string, write: () => Promise<void>): Promise<string> {
    await write();
    return this.table.row;
  }
}

/** A write that has begun, and has not ended. */
export interface Begun {
  readonly ended: Promise<string>;
  commit(): void;
  fail(cause: Error): void;
}

/** Begins a write of the row, by a repository or whatever calls one. */
export async function begin(
  repository: Pick<TableRepository, 'write'>,
  table: Table,
  row: string,
  id = '42',
): Promise<Begun> {
  const [begun, end] = [new Deferred(), new Deferred()];
  const ended = repository.write(id, async () => {
    begun.resolve();
    await end.promise;
    table.row = row;
  });
  await Promise.race([begun.promise, ended]);
  return { ended, commit: () => end.resolve(), fail: (cause) => end.reject(cause) };
}
