import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CasCacheModule } from 'nestjs-cascache';

/** Asks for Redis in a project that has not installed ioredis: one error that says so, at start-up. */
@Module({ imports: [CasCacheModule.forRoot({ redis: { host: '127.0.0.1', port: 1 } })] })
class RedisModule {}

NestFactory.createApplicationContext(RedisModule, { logger: false, abortOnError: false }).then(
  () => console.log('started'),
  (error: unknown) => console.log(String(error)),
);
