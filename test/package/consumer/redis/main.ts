import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { CasCacheModule } from 'nestjs-cascache';
import { RedisGenerationStore, RedisProvider } from 'nestjs-cascache/redis';
import { UserModule, UserRepository } from '../users.js';

const redis = new Redis(process.env['REDIS_URL'] ?? '', { lazyConnect: true });

const provider = new RedisProvider(redis);
const genStore = new RedisGenerationStore(redis);

@Module({ imports: [CasCacheModule.forRoot({ redis }), UserModule] })
class ByClient {}

@Module({ imports: [CasCacheModule.forRoot({ provider, genStore }), UserModule] })
class ByParts {}

async function play(module: typeof ByClient | typeof ByParts): Promise<void> {
  const app = await NestFactory.createApplicationContext(module, { logger: ['error', 'warn'] });
  const users = app.get(UserRepository);
  await users.rename('42', 'Linus');
  await users.find('42');
  console.log(module.name, (await users.find('42')).name, users.reads);
  await users.rename('42', 'Tommy Lee Jones');
  console.log(module.name, (await users.find('42')).name, users.reads);
  await app.close();
}

async function main(): Promise<void> {
  await play(ByClient);
  await play(ByParts);
  // The module closes what it made, and leaves what it was given to whom it belongs.
  await provider.close();
  await genStore.close();
  redis.disconnect();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
