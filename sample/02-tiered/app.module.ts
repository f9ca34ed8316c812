import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CasCacheModule } from 'nestjs-cascache';
import type { CasHooks, RedisOptionsLike } from 'nestjs-cascache';
import { Catalogue } from './catalogue.js';
import type { CountingCodec } from './counting-codec.js';
import { ProductPages } from './product-pages.js';

export interface ReplicaParts {
  readonly catalogue: Catalogue;
  readonly codec: CountingCodec;
  readonly hooks: CasHooks;
  /** Without it, all is in this process. */
  readonly redis: RedisOptionsLike | string | undefined;
}

/** One replica. An application has one `forRoot` written down here; this one is made twice, around one database. */
@Module({})
export class AppModule {
  static replica({ catalogue, codec, hooks, redis }: ReplicaParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CasCacheModule.forRoot({
          codec,
          hooks,
          ...(redis === undefined ? {} : { topology: 'tiered' as const, redis, keyPrefix: 'sample-02:' }),
        }),
        CasCacheModule.forFeature({
          namespace: 'product',
          ttl: '10m', // in Redis
          nearTtl: '1m', // in this process
          fresh: '2s', // older pages are served and loaded anew behind the visitor
          negativeTtl: '30s', // "there is no such product"
        }),
      ],
      providers: [{ provide: Catalogue, useValue: catalogue }, ProductPages],
    };
  }
}
