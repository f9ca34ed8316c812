import { WrongRead } from '../database.js';
import type { Exploration } from '../explore.js';
import type { Library } from '../library.js';
import type { RedisLibrary } from '../redis-library.js';
import { Deadlock } from '../stage.js';
import { InterleavingViolation } from '../violation.js';
import type { Program, Topology } from '../world.js';
import { BrokenCopy } from './broken-copy.js';
import type { Edit } from './broken-copy.js';

/** The code with one thing deliberately wrong, and the program that has to notice. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Where the broken code runs. */
  readonly on: (library: Library) => Topology;
  /** At least this one finds a wrong read there. */
  readonly caughtBy: Program;
  /** It takes so many schedules that only the whole search looks for it. */
  readonly isDeep?: true;
  /** What it does wrong is to wait for ever. */
  readonly isDeadlock?: true;
}

/** Hands a broken copy of the package to `use`, and removes it. */
export async function withBroken<T>(edits: readonly Edit[], use: (library: RedisLibrary) => Promise<T>): Promise<T> {
  const copy = await BrokenCopy.make(edits);
  try {
    return await use(await libraryOf(copy));
  } finally {
    await copy.remove();
  }
}

/**
 * The message of the wrong read that was found, or of the deadlock where that counts; `undefined` when there was none.
 */
export async function wrongRead(
  exploration: Promise<Exploration>,
  { isDeadlock = false }: { readonly isDeadlock?: boolean } = {},
): Promise<string | undefined> {
  try {
    await exploration;
    return undefined;
  } catch (error) {
    if (error instanceof InterleavingViolation) {
      const { cause } = error;
      if (cause instanceof WrongRead || (isDeadlock && cause instanceof Deadlock)) return error.message;
    }
    throw error;
  }
}

/** One after the other: jest cannot link the same module for two imports at a time. */
async function libraryOf(copy: BrokenCopy): Promise<RedisLibrary> {
  return {
    ...(await copy.load<Pick<RedisLibrary, 'CasCacheService'>>('core/cas-cache.js')),
    ...(await copy.load<Pick<RedisLibrary, 'runInCasTransaction'>>('core/writing/cas-transaction.js')),
    ...(await copy.load<Pick<RedisLibrary, 'CasCommitUnknownError'>>('write-errors.js')),
    ...(await copy.load<Pick<RedisLibrary, 'resolveNamespaceOptions'>>('core/options/namespace-options.js')),
    ...(await copy.load<Pick<RedisLibrary, 'LocalGenerationStore'>>('generations/local-generation-store.js')),
    ...(await copy.load<Pick<RedisLibrary, 'MemoryCells'>>('memory/memory-cells.js')),
    ...(await copy.load<Pick<RedisLibrary, 'MemoryProvider'>>('providers/memory-provider.js')),
    ...(await copy.load<Pick<RedisLibrary, 'LeaseMember'>>('redis/leases/member.js')),
    ...(await copy.load<Pick<RedisLibrary, 'RedisConnection'>>('redis/connection/redis-connection.js')),
    ...(await copy.load<Pick<RedisLibrary, 'RedisGenerationStore'>>('redis/parts/redis-generation-store.js')),
    ...(await copy.load<Pick<RedisLibrary, 'RedisProvider'>>('redis/parts/redis-provider.js')),
  };
}
