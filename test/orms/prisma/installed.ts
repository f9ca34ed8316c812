import { askDesk } from '../../support/ask-desk.js';

/** A package of this folder, or a file of it, which is installed, and generated, if it is not. */
export async function installed<T>(name: string): Promise<T> {
  await askDesk(process.env['CASCACHE_TEST_PRISMA']);
  return (await import(name)) as T;
}
