export interface PostgresServer {
  readonly pid: number;
  readonly url: string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export function startPostgres(): Promise<PostgresServer>;
