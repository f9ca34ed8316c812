import { transactionalPrisma } from 'nestjs-cascache/transactions';

import { installed } from '../prisma/installed.js';
import type { Open, Session } from './library.js';

interface Client {
  $executeRawUnsafe(text: string): Promise<unknown>;
  $transaction<T>(work: (tx: Client) => Promise<T>, options?: object): Promise<T>;
  $transaction(statements: readonly Promise<unknown>[]): Promise<unknown[]>;
}
export interface Prisma extends Client {
  $extends(extension: object): Prisma;
  $disconnect(): Promise<void>;
  readonly person: { update(options: object): Promise<unknown> };
}
interface Generated {
  default: { PrismaClient: new (options: object) => Prisma };
}
interface Adapter {
  PrismaPg: new (options: { connectionString: string }, settings: { schema: string }) => object;
}

interface Access {
  url: string;
  schema: string;
}

/** What it is made of: its class, and the options of its constructor. */
export async function prismaParts({ url, schema }: Access) {
  const { PrismaPg } = await installed<Adapter>('@prisma/adapter-pg');
  const { default: generated } = await installed<Generated>('./node_modules/.generated/index.js');
  return {
    PrismaClient: generated.PrismaClient,
    options: { adapter: new PrismaPg({ connectionString: url }, { schema }) },
  };
}

export async function makePrisma(access: Access): Promise<Prisma> {
  const { PrismaClient, options } = await prismaParts(access);
  return new PrismaClient(options);
}

export const openPrisma: Open = async ({ isTransactional, ...database }) => {
  const plain = await makePrisma(database);
  const prisma = isTransactional ? transactionalPrisma(plain) : plain;
  const session = (tx: Client): Session => ({
    query: (text) => tx.$executeRawUnsafe(text),
    nested: (work) => tx.$transaction((inner) => work(session(inner))),
  });
  return { transaction: (work) => prisma.$transaction((tx) => work(session(tx))), close: () => prisma.$disconnect() };
};
