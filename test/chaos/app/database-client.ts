import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { DatabaseReply, DatabaseRequest } from './database.js';
import { splitLines } from './lines.js';

/** The database, as the repositories of a replica use it. */
export class Database {
  private readonly waiting = new Map<number, (versions: readonly number[]) => void>();
  private count = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly replica: number,
  ) {
    splitLines(socket, (line) => {
      const { id, versions } = JSON.parse(line) as DatabaseReply;
      this.waiting.get(id)?.(versions);
      this.waiting.delete(id);
    });
  }

  static async connect(port: number, replica: number): Promise<Database> {
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new Database(socket, replica);
  }

  /** The versions of the rows. One that was never written has version 0. */
  find(rows: readonly string[]): Promise<readonly number[]> {
    return this.ask({ id: ++this.count, find: rows });
  }

  /** Writes the row, and answers its new version. */
  async save(row: string): Promise<number> {
    const [version] = await this.ask({ id: ++this.count, save: row, by: this.replica });
    return version as number;
  }

  close(): void {
    this.socket.destroy();
  }

  private ask(request: DatabaseRequest): Promise<readonly number[]> {
    return new Promise((resolve) => {
      this.waiting.set(request.id, resolve);
      this.socket.write(`${JSON.stringify(request)}\n`);
    });
  }
}
