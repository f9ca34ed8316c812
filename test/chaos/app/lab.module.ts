import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CasCacheModule } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasHooks } from 'nestjs-cascache';
import { Database } from './database-client.js';
import { GuardedRowRepository } from './guarded-row.repository.js';
import { DEADLINE_MS, LEASE_MS } from './protocol.js';
import type { ReplicaSettings, Topology } from './protocol.js';
import { RowRepository } from './row.repository.js';

@Module({})
class RowModule {}

@Module({})
class GuardedRowModule {}

/** The application: one repository without write intents and one with them, in one topology. */
@Module({})
export class LabModule {
  static in(topology: Topology, settings: ReplicaSettings, database: Database, hooks: CasHooks): DynamicModule {
    const source = { provide: Database, useValue: database };
    const options: CasCacheModuleOptions = {
      topology,
      redis: settings.redis,
      keyPrefix: `lab:${topology}:`,
      hooks,
      logger: false,
      defaults: { ttl: '1m', timeout: DEADLINE_MS },
      ...settings.options,
    };
    return {
      module: LabModule,
      imports: [
        CasCacheModule.forRoot(options),
        {
          module: RowModule,
          imports: [CasCacheModule.forFeature('row')],
          providers: [source, RowRepository],
          exports: [RowRepository],
        },
        {
          module: GuardedRowModule,
          imports: [CasCacheModule.forFeature({ namespace: 'guarded', intents: true, intentLease: LEASE_MS })],
          providers: [source, GuardedRowRepository],
          exports: [GuardedRowRepository],
        },
      ],
    };
  }
}
