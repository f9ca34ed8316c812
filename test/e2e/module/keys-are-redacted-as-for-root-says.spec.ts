import { Logger } from '@nestjs/common';
import { afterEach, expect, it, jest } from '@jest/globals';
import { CasCacheModule, CasCacheRegistry, MemoryProvider } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile } = applications();
afterEach(() => {
  jest.restoreAllMocks();
});

it('redactKey is what the log and explain call a key', async () => {
  const lines: string[] = [];
  jest.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void lines.push(String(line)));
  const provider = new MemoryProvider();
  Object.assign(provider, { scope: undefined });
  const forRoot = CasCacheModule.forRoot({ provider, redactKey: (key) => `<${key.length}>` });
  const application = await compile({ imports: [forRoot, CasCacheModule.forFeature('user')] });
  const cache = application.get(CasCacheRegistry).get('user');
  expect((await cache.explain('secret')).text).toMatch(/^user: key <6>: a read would miss \(absent\)/);

  jest.spyOn(provider, 'get').mockImplementation(() => {
    throw new Error('gone');
  });
  await cache.getOrLoad('secret', () => 'value');
  expect(lines.filter((line) => line.includes('get of key <6> failed'))).toHaveLength(1);
  expect(lines.join()).not.toContain('secret');
});
