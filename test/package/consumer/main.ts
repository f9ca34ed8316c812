import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CasCacheService, getCasCacheToken } from 'nestjs-cascache';
import { inTransaction } from 'nestjs-cascache/transactions';
import { decodeSingle, encodeSingle } from 'nestjs-cascache/wire';
import { AppModule, UserRepository, type User } from './users.js';

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'] });
  const users = app.get(UserRepository);
  const cache = app.get<CasCacheService<User>>(getCasCacheToken('user'));

  console.log('First read:', (await users.find('42')).name);
  console.log('From the cache:', (await users.find('42')).name, users.reads);
  await users.rename('42', 'Tommy Lee Jones');
  console.log('After update:', (await users.find('42')).name, users.reads);

  console.log('Service:', cache instanceof CasCacheService, cache.namespace);
  const client = { query: async (text: string) => console.log(text, users.reads) };
  await inTransaction(client, async () => {
    await users.rename('42', 'Linus');
    console.log('Inside:', (await users.find('42')).name, cache.stats().invalidations);
  });
  console.log('Transaction:', (await users.find('42')).name, cache.stats().invalidations);
  console.log('Wire:', decodeSingle(encodeSingle(7, Buffer.from('payload'))).gen);
  await app.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
