import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { AppModule, UserRepository } from './users.js';

it('serves the new name after an update', async () => {
  const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const users = app.get(UserRepository);

  await users.find('42');
  expect(await users.find('42')).toEqual({ id: '42', name: 'Linus' });
  expect(users.reads).toBe(1);

  await users.rename('42', 'Tommy Lee Jones');
  expect(await users.find('42')).toEqual({ id: '42', name: 'Tommy Lee Jones' });
  expect(users.reads).toBe(2);
  await app.close();
});
