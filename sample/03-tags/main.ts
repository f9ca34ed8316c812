import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { AppModule } from './app.module.js';
import { OrderTable } from './order-table.js';
import { tellStory } from './story.js';

const { REDIS_URL } = process.env;
const table = new OrderTable([7, 8], 15);
const processes: INestApplicationContext[] = [];
try {
  console.log(
    REDIS_URL === undefined
      ? 'Orders by their tags, all of it in this process. Set REDIS_URL to see one process read what another one ends.\n'
      : 'Orders by their tags: one process reads, and another one writes, on the Redis of REDIS_URL.\n',
  );
  for (let n = 0; n < (REDIS_URL === undefined ? 1 : 2); n++) {
    processes.push(
      await NestFactory.createApplicationContext(AppModule.process(table, REDIS_URL), { logger: ['error', 'warn'] }),
    );
  }
  await tellStory(processes, table, (line) => console.log(line));
} finally {
  for (const app of processes) await app.close();
}
