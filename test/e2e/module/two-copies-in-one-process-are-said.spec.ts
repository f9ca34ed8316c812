import { expect, it, jest } from '@jest/globals';

/** What an application says of itself at start that imports the package anew. */
async function startOfNext(): Promise<readonly string[]> {
  const { Test } = await import('@nestjs/testing');
  const { CasCacheModule } = await import('nestjs-cascache');
  const lines: string[] = [];
  const note = (line: unknown): void => void lines.push(String(line));
  const builder = Test.createTestingModule({ imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')] });
  const app = await builder.setLogger({ log: note, warn: note, error: note }).compile();
  await app.init();
  await app.close();
  return lines.filter((line) => line.includes('copies'));
}

it('a second copy of the package in the process is said by whoever starts then, and one copy is not', async () => {
  expect(await startOfNext()).toEqual([]);
  expect(await startOfNext()).toEqual([]);
  jest.resetModules();
  const [warning] = await startOfNext();
  expect(warning).toContain('2 copies of nestjs-cascache are loaded in this process');
  expect(warning).toContain('install one');
});
