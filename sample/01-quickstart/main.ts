import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { getCasCacheToken } from 'nestjs-cascache';
import type { CasCacheService } from 'nestjs-cascache';
import { AppModule } from './app.module.js';
import { Database } from './database.js';
import type { User } from './database.js';
import { PlainUserRepository } from './plain-user.repository.js';
import { playRace } from './race.js';
import { UserRepository } from './user.repository.js';

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'] });
const users = app.get(UserRepository);

// The table above starts anew with every run. A Redis does not. One that is down has nothing to clear, and stops
// nothing.
try {
  await app.get<CasCacheService<User>>(getCasCacheToken('user')).clear();
} catch (error) {
  console.log(`The cache is not there: all that follows comes from the table.\n${String(error)}\n`);
}

console.log(`First read: ${(await users.find('42'))?.name}`);
await users.rename('42', 'Tommy Lee Jones');
console.log(`After update: ${(await users.find('42'))?.name}`);

console.log('\nMany at once');
for (const attempt of ['first', 'second']) {
  const { users: found, loaded } = await users.findMany(['42', '43', '44']);
  console.log(`  ${attempt} read: ${found.map(({ name }) => name).join(', ')} (${loaded} from the database)`);
}

const database = app.get(Database);
await playRace('The race, on a cache that deletes and sets', app.get(PlainUserRepository), database);
await playRace('The race, on nestjs-cascache', users, database);

await app.close();
