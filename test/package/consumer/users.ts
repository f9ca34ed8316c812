import { Injectable, Module } from '@nestjs/common';
import { CasCached, CasCacheModule, CasInvalidate } from 'nestjs-cascache';

export interface User {
  id: string;
  name: string;
}

@Injectable()
export class UserRepository {
  reads = 0;
  private readonly rows = new Map([['42', 'Linus']]);

  @CasCached({ key: (id: string) => id })
  async find(id: string): Promise<User> {
    this.reads += 1;
    return { id, name: this.rows.get(id) ?? 'nobody' };
  }

  @CasInvalidate({ key: (id: string) => id })
  async rename(id: string, name: string): Promise<void> {
    this.rows.set(id, name);
  }
}

@Module({
  imports: [CasCacheModule.forFeature('user')],
  providers: [UserRepository],
  exports: [UserRepository],
})
export class UserModule {}

@Module({ imports: [CasCacheModule.forRoot(), UserModule] })
export class AppModule {}
