import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CasCacheModule } from 'nestjs-cascache';
import { OrderTable } from './order-table.js';
import { Orders } from './orders.js';

/**
 * One process of the service. An application has one `forRoot` written down here; on a Redis this one is made twice.
 */
@Module({})
export class AppModule {
  /** @param redis the URL of a Redis; without it, all is in this process */
  static process(table: OrderTable, redis?: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CasCacheModule.forRoot(redis === undefined ? {} : { redis, keyPrefix: 'sample-03:' }),
        // Once every process has the option, 'everywhere' makes a clear one step, too.
        CasCacheModule.forFeature({ namespace: 'orders', tags: true, ttl: '10m' }),
      ],
      providers: [{ provide: OrderTable, useValue: table }, Orders],
    };
  }
}
