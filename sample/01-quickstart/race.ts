import type { Database, User } from './database.js';

export interface Repository {
  find(id: string): Promise<User | null>;
  rename(id: string, name: string): Promise<void>;
}

/** A slow reader and a writer, one step after the other: the same steps, whatever the repository does. */
export async function playRace(title: string, repository: Repository, database: Database): Promise<void> {
  console.log(`\n${title}`);
  await repository.rename('43', 'Ada Byron');

  const held = database.holdNextRead();
  const slowReader = repository.find('43');
  await held.read;
  console.log('  1. reader A misses, and the database reads "Ada Byron" for it; the answer is slow');

  await repository.rename('43', 'Ada Lovelace');
  console.log('  2. writer B commits "Ada Lovelace" and invalidates');

  held.deliver();
  console.log(`  3. reader A gets its answer, "${(await slowReader)?.name}", and wants to store it`);
  console.log(`  4. reader C is served "${(await repository.find('43'))?.name}"`);
}
