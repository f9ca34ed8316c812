import type { CasCacheService } from '../../../lib/core/cas-cache.js';
import { decoratedOf } from '../../../lib/nest/bind-instance.js';
import { CasCached } from '../../../lib/nest/decorators/cas-cached.decorator.js';
import { CasInvalidate } from '../../../lib/nest/decorators/cas-invalidate.decorator.js';
import type { Row } from './database.js';

/** A class of an application whose methods are decorated. */
export class RowRepository {
  /** @param cache given to it as Nest does, to the properties that the decorators have declared */
  constructor(cache: CasCacheService<Row>) {
    for (const { binding } of decoratedOf(this)) (this as Record<symbol, unknown>)[binding] = cache;
  }

  @CasCached({ key: (key: string) => key })
  find(_key: string, load: () => Promise<Row>): Promise<Row> {
    return load();
  }

  @CasInvalidate({ key: (key: string) => key })
  save(_key: string, write: () => Promise<unknown>): Promise<unknown> {
    return write();
  }

  @CasInvalidate({ keys: (keys: readonly string[]) => keys, intent: true })
  saveClosed(_keys: readonly string[], write: () => Promise<unknown>): Promise<unknown> {
    return write();
  }
}
