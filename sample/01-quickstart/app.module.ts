import { Module } from '@nestjs/common';
import { CasCacheModule } from 'nestjs-cascache';
import { Database } from './database.js';
import { PlainUserRepository } from './plain-user.repository.js';
import { UserRepository } from './user.repository.js';

const { REDIS_URL } = process.env;

@Module({
  imports: [
    CasCacheModule.forRoot(REDIS_URL === undefined ? {} : { redis: REDIS_URL }),
    CasCacheModule.forFeature({ namespace: 'user', ttl: '10m' }),
  ],
  providers: [Database, UserRepository, PlainUserRepository],
})
export class AppModule {}
