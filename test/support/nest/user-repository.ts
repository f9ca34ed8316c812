import { Injectable } from '@nestjs/common';
import { CasCached, CasInvalidate } from 'nestjs-cascache';

export interface User {
  readonly id: string;
  readonly name: string;
}

/** A table of one user, which counts how often it is read, behind a cached read and an invalidating write. */
@Injectable()
export class UserRepository {
  reads = 0;
  name = 'Linus';

  @CasCached()
  async find(id: string): Promise<User> {
    this.reads++;
    return { id, name: this.name };
  }

  @CasInvalidate({ of: 'find' })
  async rename(_id: string, name: string): Promise<void> {
    this.name = name;
  }
}
