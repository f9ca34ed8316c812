import { Injectable } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CasCached, CasCachedMany, CasCacheModule } from 'nestjs-cascache';
import type { Mismatch } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile } = applications();

interface User {
  readonly id: string;
  readonly name: string;
}

@Injectable()
class Users {
  readonly names = new Map([['1', 'Ada']]);

  @CasCached({ key: (id: string) => id })
  async find(id: string): Promise<User> {
    return { id, name: this.names.get(id) ?? '' };
  }

  @CasCachedMany({ keys: (ids: string[]) => ids, keyOf: (user: User) => user.id })
  async findMany(ids: string[]): Promise<User[]> {
    return ids.map((id) => ({ id, name: this.names.get(id) ?? '' }));
  }
}

describe.each(['find', 'findMany'] as const)('hits of a method that is decorated: %s', (method) => {
  it('are compared with what it returns, and a write that was not invalidated is found', async () => {
    let tell!: (mismatch: Mismatch) => void;
    const told = new Promise<Mismatch>((resolve) => (tell = resolve));
    const verify = { sample: 1, delay: '1ms', onMismatch: (mismatch: Mismatch) => tell(mismatch) } as const;
    const application = await compile({
      imports: [CasCacheModule.forRoot({ logger: false }), CasCacheModule.forFeature({ namespace: 'user', verify })],
      providers: [Users],
    });
    const users = application.get(Users);
    const read = async (): Promise<unknown> => (method === 'find' ? users.find('1') : users.findMany(['1']));
    await read();
    users.names.set('1', 'Grace');
    // One that is being compared is not picked again, so that a hit or two may be let go.
    const reading = setInterval(() => void read(), 5);
    expect((await told).paths).toEqual(['$.name']);
    clearInterval(reading);
    expect(JSON.stringify(await read())).toContain('Ada');
  });
});
