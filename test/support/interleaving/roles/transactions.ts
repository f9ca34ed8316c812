import type { Row, Transaction } from '../database.js';
import { StaleRead } from '../database.js';
import type { Role, Scene } from '../world.js';
import { ask, beginRead } from './source.js';
import { acknowledgeAfter, unlessUnavailable } from './writes.js';

export interface TransactionOptions {
  /** Written, and invalidated right after that, inside. */
  readonly writes?: readonly string[];
  /** Read through the cache inside, after the writes. */
  readonly reads?: readonly string[];
  /** Default: it commits. */
  readonly ends?: 'commit' | 'rollback';
  /** Written under an intent that is opened inside. */
  readonly intent?: boolean;
}

/** A database transaction in `runInCasTransaction`, that sees the rows as they were when it began. */
export function transactor(on: number, options: TransactionOptions): Role {
  const { writes = [], reads = [], ends = 'commit', intent = false } = options;
  return {
    name: 'transactor',
    process: on,
    alike: JSON.stringify(options),
    play: async (scene) => {
      const subject = scene.world.processes.subject(on);
      let rows: readonly Row[] = [];
      const work = async (): Promise<void> => {
        const transaction = await begin(scene);
        for (const key of writes) {
          const write = async (): Promise<unknown> => ask(scene, 'write inside', [key], () => transaction.write(key));
          if (intent) await subject.write?.([key], write);
          else await write();
          if (!intent) await subject.invalidate([key]);
        }
        for (const key of reads) await readInside(scene, on, key, transaction, writes.includes(key));
        if (ends === 'commit') rows = await ask(scene, 'commit transaction', writes, () => transaction.commit());
        else await ask(scene, 'rollback', writes, () => transaction.rollback());
      };
      await unlessUnavailable(scene, () =>
        acknowledgeAfter(
          scene,
          on,
          () => rows,
          async () => subject.transaction?.(work),
        ),
      );
    },
  };
}

export async function begin(scene: Scene): Promise<Transaction> {
  let transaction: Transaction | undefined;
  await ask(scene, 'begin', [], () => void (transaction = scene.database.begin()));
  return transaction as unknown as Transaction;
}

/**
 * A row that was written inside is read as it was written. What a transaction loads otherwise may be as old as it is.
 */
async function readInside(
  scene: Scene,
  on: number,
  key: string,
  transaction: Transaction,
  own: boolean,
): Promise<void> {
  const judge = own ? undefined : beginRead(scene, [key], on);
  let loaded = false;
  const row = await scene.world.processes.subject(on).read(key, async () => {
    loaded = true;
    return ask(scene, 'read inside', [key], () => transaction.read(key));
  });
  if (judge !== undefined && !loaded) judge([row]);
  const written = transaction.read(key).version;
  if (own && row.version !== written) {
    throw new StaleRead(`A transaction wrote ${key} v${written} and then read v${row.version}.`);
  }
}
