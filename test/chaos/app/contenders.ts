import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Cluster, Redis } from 'ioredis';
import type { CasHooks } from 'nestjs-cascache';
import { CacheAsideRepository } from './cache-aside.repository.js';
import { Database } from './database-client.js';
import { GuardedRowRepository } from './guarded-row.repository.js';
import { LabModule } from './lab.module.js';
import { LeasedGuardedRowRepository, LeasedRowRepository, LeasedTaggedRowRepository } from './leased-rows.js';
import { DEADLINE_MS, NAMESPACES, TOPOLOGIES } from './protocol.js';
import type { Contender, ReplicaSettings } from './protocol.js';
import { RowRepository } from './row.repository.js';
import type { Rows } from './rows.js';
import { TaggedRowRepository } from './tagged-row.repository.js';

const BURST_MS = 100;

export interface Contenders {
  readonly of: ReadonlyMap<Contender, Rows>;
  close(): Promise<void>;
}

/** Boots the application in every topology, and the control beside it. `hooksOf` gets the events of one topology. */
export async function startContenders(
  settings: ReplicaSettings,
  hooksOf: (contenderOf: (namespace: string) => Contender) => CasHooks,
): Promise<Contenders> {
  const database = await Database.connect(settings.databasePort, settings.replica);
  const of = new Map<Contender, Rows>();
  const applications: INestApplicationContext[] = [];
  for (const topology of TOPOLOGIES) {
    const contenders: Record<string, Contender> = {
      [NAMESPACES.plain]: topology,
      [NAMESPACES.intents]: `${topology}+intents`,
      [NAMESPACES.tags]: `${topology}+tags`,
      [NAMESPACES.leases]: `${topology}+leases` as Contender,
      [NAMESPACES.leasesAndIntents]: `${topology}+leases+intents` as Contender,
      [NAMESPACES.leasesAndTags]: `${topology}+leases+tags` as Contender,
    };
    const hooks = hooksOf((namespace) => contenders[namespace] as Contender);
    const module = LabModule.in(topology, settings, database, hooks);
    const application = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    applications.push(application);
    of.set(topology, application.get(RowRepository));
    of.set(`${topology}+intents`, application.get(GuardedRowRepository));
    if (settings.tags) of.set(`${topology}+tags`, application.get(TaggedRowRepository));
    if (!settings.leases || topology === 'redis') continue;
    of.set(`${topology}+leases`, application.get(LeasedRowRepository));
    of.set(`${topology}+leases+intents`, application.get(LeasedGuardedRowRepository));
    if (settings.tags) of.set(`${topology}+leases+tags`, application.get(LeasedTaggedRowRepository));
  }
  const redis = openControl(settings.redis);
  of.set('cache-aside', new CacheAsideRepository(database, redis));
  return {
    of,
    close: async () => {
      for (const application of applications) await application.close();
      redis.disconnect();
      database.close();
    },
  };
}

/** Many commands on their way are answered with the same error, and ioredis would leave as often. */
function oncePerBurst(wanted: (error: Error) => boolean): (error: Error) => boolean {
  let leftAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (!wanted(error) || performance.now() - leftAt < BURST_MS) return false;
    leftAt = performance.now();
    return true;
  };
}

/** ioredis with a deadline, without which a frozen server would hold every read of the control. */
function openControl(where: ReplicaSettings['redis']): Redis | Cluster {
  const { nodes, ...options } = where as { nodes?: { host: string; port: number }[] };
  const redisOptions = {
    commandTimeout: DEADLINE_MS,
    // As managed services advise: a master that was demoted is left.
    reconnectOnError: oncePerBurst(({ message }) => message.startsWith('READONLY')),
  };
  const client =
    nodes === undefined ? new Redis({ ...options, ...redisOptions }) : new Cluster([...nodes], { redisOptions });
  client.on('error', () => undefined);
  return client;
}
