import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import type { User } from './database.js';

/** The usual way: delete on write, set after a miss. Correct as long as nobody is slow. */
@Injectable()
export class PlainUserRepository {
  private readonly cache = new Map<string, User | null>();

  constructor(private readonly database: Database) {}

  async find(id: string): Promise<User | null> {
    const cached = this.cache.get(id);
    if (cached !== undefined) return cached;
    const user = await this.database.find(id);
    this.cache.set(id, user);
    return user;
  }

  async rename(id: string, name: string): Promise<void> {
    await this.database.rename(id, name);
    this.cache.delete(id);
  }
}
