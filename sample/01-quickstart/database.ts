import { Injectable } from '@nestjs/common';

export interface User {
  readonly id: string;
  readonly name: string;
}

/** An answer on its way: the row was read, and reaches the caller when `deliver` is called. */
export interface HeldRead {
  readonly read: Promise<void>;
  deliver(): void;
}

/** A table in memory, on a network that can be slow. */
@Injectable()
export class Database {
  private readonly rows = new Map<string, User>([
    ['42', { id: '42', name: 'Linus' }],
    ['43', { id: '43', name: 'Ada' }],
    ['44', { id: '44', name: 'Grace' }],
  ]);
  private slow: { started(): void; readonly delivered: Promise<void> } | undefined;

  async find(id: string): Promise<User | null> {
    const row = this.rows.get(id) ?? null;
    const slow = this.slow;
    this.slow = undefined;
    slow?.started();
    await slow?.delivered;
    return row;
  }

  async findMany(ids: readonly string[]): Promise<User[]> {
    return ids.flatMap((id) => this.rows.get(id) ?? []);
  }

  async rename(id: string, name: string): Promise<void> {
    this.rows.set(id, { id, name });
  }

  /** Keeps back the answer of the next `find`. */
  holdNextRead(): HeldRead {
    let started = (): void => undefined;
    let deliver = (): void => undefined;
    const read = new Promise<void>((resolve) => (started = resolve));
    const delivered = new Promise<void>((resolve) => (deliver = resolve));
    this.slow = { started, delivered };
    return { read, deliver };
  }
}
