import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { CasCacheModule } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasHooks } from 'nestjs-cascache';
import { Database } from './database-client.js';
import { GuardedRowRepository } from './guarded-row.repository.js';
import { LeasedGuardedRowRepository, LeasedRowRepository, LeasedTaggedRowRepository } from './leased-rows.js';
import { DEADLINE_MS, LEASE_MS, NAMESPACES } from './protocol.js';
import type { ReplicaSettings, Topology } from './protocol.js';
import { RowRepository } from './row.repository.js';
import { TaggedRowRepository } from './tagged-row.repository.js';

@Module({})
class RowModule {}

@Module({})
class GuardedRowModule {}

@Module({})
class TaggedRowModule {}

@Module({})
class LeasedRowModule {}

@Module({})
class LeasedGuardedRowModule {}

@Module({})
class LeasedTaggedRowModule {}

/**
 * The application: one plain repository, one with write intents, one with tags, and one of each with read leases, in
 * one topology.
 */
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
          imports: [CasCacheModule.forFeature(NAMESPACES.plain)],
          providers: [source, RowRepository],
          exports: [RowRepository],
        },
        {
          module: GuardedRowModule,
          imports: [CasCacheModule.forFeature({ namespace: NAMESPACES.intents, intents: true, intentLease: LEASE_MS })],
          providers: [source, GuardedRowRepository],
          exports: [GuardedRowRepository],
        },
        ...(settings.tags ? [tagged(source)] : []),
        // In topology redis nothing is held that a lease could stand for.
        ...(settings.leases && topology !== 'redis' ? leased(source, settings) : []),
      ],
    };
  }
}

function tagged(source: Provider): DynamicModule {
  return {
    module: TaggedRowModule,
    imports: [CasCacheModule.forFeature({ namespace: NAMESPACES.tags, tags: true })],
    providers: [source, TaggedRowRepository],
    exports: [TaggedRowRepository],
  };
}

function leased(source: Provider, { tags }: ReplicaSettings): DynamicModule[] {
  const guarded = { namespace: NAMESPACES.leasesAndIntents, readLease: true, intents: true, intentLease: LEASE_MS };
  return [
    {
      module: LeasedRowModule,
      imports: [CasCacheModule.forFeature({ namespace: NAMESPACES.leases, readLease: true })],
      providers: [source, LeasedRowRepository],
      exports: [LeasedRowRepository],
    },
    {
      module: LeasedGuardedRowModule,
      imports: [CasCacheModule.forFeature(guarded)],
      providers: [source, LeasedGuardedRowRepository],
      exports: [LeasedGuardedRowRepository],
    },
    ...(tags
      ? [
          {
            module: LeasedTaggedRowModule,
            imports: [CasCacheModule.forFeature({ namespace: NAMESPACES.leasesAndTags, readLease: true, tags: true })],
            providers: [source, LeasedTaggedRowRepository],
            exports: [LeasedTaggedRowRepository],
          },
        ]
      : []),
  ];
}
