// One process of the service: boots the application with one contender, and puts itself under load when it is told to.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Random } from '../../../chaos/random.js';
import { Driver } from '../load/drive.js';
import type { Reply, Request, ServiceSettings } from '../protocol.js';
import { ProductTable } from './product-table.js';
import { PRODUCTS } from './products.js';
import type { Products } from './products.js';
import { wire } from './wiring.js';
import type { Wiring } from './wiring.js';

const WARMING_AT_ONCE = 16;
/** How often every row is read before the load: once for the cache, and again for the compiler. */
const WARMING_TIMES = 5;

const settings = JSON.parse(process.argv[2] as string) as ServiceSettings;
const { contender, replica, rows } = settings;
const table = new ProductTable(settings.databaseUrl, settings.table, new Random(settings.seed + replica));

@Module({})
class TableModule {
  static readonly forRoot: DynamicModule = {
    module: TableModule,
    global: true,
    providers: [{ provide: ProductTable, useValue: table }],
    exports: [ProductTable],
  };
}

@Module({})
class ServiceModule {
  static with({ imports, providers }: Wiring): DynamicModule {
    return { module: ServiceModule, imports: [TableModule.forRoot, ...imports], providers: [...providers] };
  }
}

const tell = (reply: Reply): void => {
  if (process.connected) process.send?.(reply);
};

const wiring = await wire(contender, settings.redisPort);
const application = await NestFactory.createApplicationContext(ServiceModule.with(wiring), {
  logger: false,
  abortOnError: false,
});
const products = application.get<Products>(PRODUCTS);

/** Each process begins elsewhere, so that they do not all load the same rows. */
async function warm(): Promise<void> {
  let left = WARMING_TIMES * rows;
  const offset = Math.floor((replica * rows) / 4);
  const lane = async (): Promise<void> => {
    while (left > 0) await products.find(1 + ((--left + offset) % rows));
  };
  await Promise.all(Array.from({ length: WARMING_AT_ONCE }, lane));
}

async function answer(request: Request): Promise<void> {
  switch (request.op) {
    case 'warm':
      await warm();
      return tell({ re: 'warm' });
    case 'run':
      return tell({ re: 'done', log: await new Driver(products, table, request.plan, replica).run(request.at) });
    case 'close':
      await application.close();
      process.disconnect();
  }
}

process.on('message', (request: Request) => {
  answer(request).catch((error: unknown) => {
    tell({ re: 'error', message: (error as Error).stack ?? String(error) });
  });
});
// Told to close, it ends by itself. It does not outlive an observer that crashed.
process.on('disconnect', () => void setTimeout(() => process.exit(1), 3_000).unref());
process.on('SIGINT', () => undefined);
tell({ re: 'ready' });
