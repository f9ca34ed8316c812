import type { Database } from '../../support/postgres/shared-postgres.js';

/** Runs statements inside of a transaction. */
export interface Session {
  query(text: string): Promise<unknown>;
  /** A part of the transaction, behind a savepoint; not in libraries that have none. */
  readonly nested?: (work: (session: Session) => Promise<void>) => Promise<void>;
}

/** One of the libraries, as its users set it up. */
export interface Library {
  /** By its callback. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Within another one: on a connection of its own. By default as `transaction`. */
  readonly separate?: <T>(work: (session: Session) => Promise<T>) => Promise<T>;
  /** Begun and ended by hand. */
  readonly byHand?: (work: (session: Session) => Promise<void>) => Promise<void>;
  close(): Promise<void>;
}

export interface OpenSettings extends Pick<Database, 'url' | 'schema'> {
  /** Whether its transactions wait with invalidations, which is what is tested. */
  readonly isTransactional: boolean;
}

export type Open = (settings: OpenSettings) => Promise<Library>;

/** As much of `pg` as is used here. */
export interface Pg {
  readonly default: {
    Pool: new (options: { connectionString: string }) => {
      on(event: string, listener: (client: { on(event: string, listener: () => void): void }) => void): void;
      end(): Promise<void>;
    };
  };
}

/** Begins, works and commits, or rolls back. */
export async function endedByHand(
  work: () => Promise<void>,
  transaction: { commit(): Promise<unknown>; rollback(): Promise<unknown> },
): Promise<void> {
  try {
    await work();
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
  await transaction.commit();
}
