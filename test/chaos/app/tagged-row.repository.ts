import { Injectable } from '@nestjs/common';
import { CasCached, CasInvalidate, runInCasTransaction } from 'nestjs-cascache';
import type { Call } from './call.js';
import { RowRepository } from './row.repository.js';
import type { Row } from './rows.js';

const GROUPS = 4;

/** The tag of a row alone. */
const rowTag = (row: string): string => `row:${row}`;

/** The tag that it has in common with others. */
function groupTag(row: string): string {
  return `group:${(row.codePointAt(row.length - 1) ?? 0) % GROUPS}`;
}

/** The same with tags: no write names a key. */
@Injectable()
export class TaggedRowRepository extends RowRepository {
  @CasCached({
    key: (row: string) => row,
    tags: (row: string) => [rowTag(row)],
    tagsFrom: ({ row }: Row) => [groupTag(row)],
  })
  override async find(row: string, call: Call): Promise<Row> {
    const [version] = await call.source([row], () => this.database.find([row]));
    return { row, version: version as number };
  }

  override async findMany(rows: readonly string[], call: Call): Promise<readonly Row[]> {
    const load = async (missing: string[]): Promise<Map<string, Row>> => {
      const versions = await call.source(missing, () => this.database.find(missing));
      return new Map(missing.map((row, i) => [row, { row, version: versions[i] as number }]));
    };
    const found = await this.cache.getOrLoadMany(rows, load, { tagsOf: ({ row }) => [rowTag(row), groupTag(row)] });
    return rows.map((row) => found.get(row) as Row);
  }

  /** By its own tag, by the decorator and inside a transaction, and by that of its group, in turns. */
  override async save(row: string): Promise<number> {
    const turn = ++this.writes % 3;
    if (turn === 0) return this.saveGroup(row);
    if (turn === 1) return this.saveRow(row);
    return runInCasTransaction(async () => {
      await this.cache.invalidateTags(rowTag(row));
      return this.database.save(row);
    });
  }

  @CasInvalidate({ tags: (row: string) => [rowTag(row)] })
  private async saveRow(row: string): Promise<number> {
    return this.database.save(row);
  }

  @CasInvalidate({ tags: (row: string) => [groupTag(row)] })
  private async saveGroup(row: string): Promise<number> {
    return this.database.save(row);
  }
}
