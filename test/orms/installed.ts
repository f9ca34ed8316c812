import { askDesk } from '../support/ask-desk.js';

/** A package of this folder, which is installed if it is not. Its types are not those of the repository. */
export async function installed<T>(name: string): Promise<T> {
  await askDesk(process.env['CASCACHE_TEST_ORMS']);
  return (await import(name)) as T;
}
