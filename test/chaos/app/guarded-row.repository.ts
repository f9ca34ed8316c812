import { Injectable } from '@nestjs/common';
import { CasInvalidate } from 'nestjs-cascache';
import { RowRepository } from './row.repository.js';

/** The same with write intents: by the decorator and by hand, in turns. */
@Injectable()
export class GuardedRowRepository extends RowRepository {
  override async save(row: string): Promise<number> {
    if (++this.writes % 2 === 0) return this.saveGuarded(row);
    return this.cache.withWriteIntent(row, () => this.database.save(row));
  }

  @CasInvalidate({ key: (row: string) => row, intent: true })
  private async saveGuarded(row: string): Promise<number> {
    return this.database.save(row);
  }
}
