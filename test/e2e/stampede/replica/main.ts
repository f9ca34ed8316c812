// One replica of an application, to be run as a process of its own. Its loader returns when it is told to.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CasCacheModule, getCasCacheToken } from 'nestjs-cascache';
import type { CacheEvent, CasCache, CasTopology } from 'nestjs-cascache';
import type { News, Order } from './messages.js';

const [port, topology, stampedeWait] = process.argv.slice(2) as [string, CasTopology, string];
const tell = (news: News): boolean => process.send?.(news) ?? false;

const misses = new Map<string, number>();
const missed = (event: CacheEvent): void => {
  if (event.type !== 'miss') return;
  const left = (misses.get(event.key) ?? 0) - 1;
  misses.set(event.key, left);
  if (left === 0) tell({ missed: event.key });
};

const root = CasCacheModule.forRoot({
  topology,
  redis: { host: '127.0.0.1', port: Number(port) },
  logger: false,
  hooks: { events: ['miss'], onEvent: missed },
  // A machine that is busy with other tests is no fault of Redis.
  defaults: { stampede: 'replicas', stampedeWait: Number(stampedeWait), timeout: '10s' },
});

@Module({ imports: [root, CasCacheModule.forFeature('user')] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
const cache = app.get<CasCache<string>>(getCasCacheToken('user'), { strict: false });

const finishing = new Map<string, (value: string) => void>();
const load = (key: string): Promise<string> =>
  new Promise((resolve) => {
    finishing.set(key, resolve);
    tell({ loading: key });
  });

process.on('message', (order: Order) => {
  if ('finish' in order) return finishing.get(order.finish)?.(order.value);
  const { ask: key, callers } = order;
  misses.set(key, callers);
  const asked = Array.from({ length: callers }, () => cache.getOrLoad(key, () => load(key)));
  return void Promise.all(asked).then((values) => tell({ values, of: key }));
});
// Not to outlive a test that crashed.
process.on('disconnect', () => process.exit(1));
tell({ ready: true });
