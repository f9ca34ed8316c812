import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { CasCached, CasInvalidate } from 'nestjs-cascache';

export interface User {
  readonly id: string;
  readonly name: string;
}

/** A table that is as slow as one over a network. */
@Injectable()
export class Users {
  private readonly names = new Map<string, string>();

  @CasCached({ key: (id: string) => id })
  async find(id: string): Promise<User> {
    const name = this.names.get(id) ?? 'Linus';
    await pause(5);
    return { id, name };
  }

  /** The row is written, whatever the cache can do about it: the rest is retried. */
  @CasInvalidate({ key: (id: string) => id, onFailure: 'report' })
  async rename(id: string, name: string): Promise<User> {
    await pause(5);
    this.names.set(id, name);
    return { id, name };
  }
}
