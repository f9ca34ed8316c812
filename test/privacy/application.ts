// An application that uses all that the cache has, while a tracing tool watches its Redis client. Prints what the tool
// saw of what is planted, as JSON.
import 'reflect-metadata';
import { createRequire } from 'node:module';

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CasCacheModuleOptions } from 'nestjs-cascache';

import {
  BRIEF,
  eraseWhatIsPlanted,
  PATIENT,
  PLANTED,
  PLANTED_TAGS,
  useEveryFeature,
  useTagsOf,
} from '../support/redis/every-feature.js';
import { TraceScreen } from '../support/redis/trace-screen.js';
import { Tracer } from './tracer.js';

type Place = NonNullable<CasCacheModuleOptions['redis']>;

/** What the spec asks of this process. */
export interface Task {
  readonly client: string;
  readonly tool: 'channels' | 'spans';
  /** Options of a client each. */
  readonly places: readonly { readonly cluster: boolean; readonly options: object }[];
  /** What is planted in the options of the places. */
  readonly passwords: readonly string[];
}

export interface Report {
  readonly commands: readonly string[];
  /** Replies that are errors. That a connection was closed too soon for a busy machine is none. */
  readonly errors: readonly string[];
  readonly leaked: readonly string[];
}

const task = JSON.parse(process.env['PRIVACY_TASK'] ?? '') as Task;
const screen = task.tool === 'channels' ? new TraceScreen() : undefined;
const tracer = task.tool === 'spans' ? new Tracer() : undefined;
screen?.open();

// Before the library loads it: the tool takes hold of ioredis when it is required.
const { Redis, Cluster } = createRequire(new URL(`clients/${task.client}/package.json`, import.meta.url))(
  'ioredis',
) as typeof import('ioredis');
const { CasCacheModule, CasCacheRegistry } = await import('nestjs-cascache');

const NAMESPACES = [
  { namespace: 'wide', stampede: 'replicas', fresh: '1m', valueVersion: '2', intents: true, intentLease: 1 },
  { namespace: 'parted', partition: () => `${PLANTED.key}-tenant`, intentLease: 1 },
  { namespace: 'erased', timeout: BRIEF },
  { namespace: PLANTED_TAGS.namespace, tags: true, fresh: '1m', intents: true, intentLease: 1 },
] as const;

type Topology = 'redis' | 'near' | 'tiered';

async function runOn(redis: Place, topology: Topology, cluster: boolean): Promise<void> {
  // A Cluster has none yet.
  const readLease = cluster ? false : topology === 'redis' ? 'honour' : true;
  @Module({
    imports: [
      CasCacheModule.forRoot({ redis, topology, defaults: { timeout: PATIENT } }),
      ...NAMESPACES.map((namespace) => CasCacheModule.forFeature(namespace)),
      CasCacheModule.forFeature({ namespace: 'leased', readLease }),
    ],
  })
  class ApplicationModule {}
  const app = await NestFactory.createApplicationContext(ApplicationModule, { logger: ['error'] });
  const registry = app.get(CasCacheRegistry);
  await Promise.all([
    useEveryFeature(registry.get('wide')),
    useEveryFeature(registry.get('parted')),
    useEveryFeature(registry.get('leased')),
    useTagsOf(registry.get(PLANTED_TAGS.namespace)),
    eraseWhatIsPlanted(registry.get('erased')),
  ]);
  await app.close();
}

async function useAt({ cluster, options }: Task['places'][number]): Promise<void> {
  const client = cluster
    ? new Cluster((options as { nodes: [] }).nodes, { lazyConnect: true })
    : new Redis({ ...options, lazyConnect: true });
  await Promise.all([
    runOn(client, 'redis', cluster),
    runOn(options, 'tiered', cluster),
    runOn(client, 'near', cluster),
  ]);
}

await Promise.all(task.places.map(useAt));

const isReply = (message: string): boolean => /^[A-Z]+ /.test(message);
const planted = [...Object.values(PLANTED), ...Object.values(PLANTED_TAGS)];
const report: Report = {
  commands: [...new Set(screen?.commands ?? tracer?.commands)].toSorted(),
  errors: (screen?.errors.map((error) => (error as Error).message) ?? tracer?.errors ?? []).filter(isReply),
  leaked: screen?.texts.leaked([...planted, ...task.passwords]) ?? tracer?.leaked(planted, task.passwords) ?? [],
};
process.stdout.write(`${JSON.stringify(report)}\n`);
