import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = process.cwd();
const PAGES = ['docs/architecture.md', 'CONTRIBUTING.md', 'SECURITY.md'];

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
/**
 * Paths of the repository in code spans. A pattern such as `test/support/*-contract.ts` stands for at least one file.
 */
const pathsIn = (page: string): string[] =>
  [...page.matchAll(/`((?:lib|test|docs|\.ci)\/[^`\s<]*)`/g)].map(([, path]) => path!);
const linksIn = (page: string): string[] => [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path!);

function exists(path: string): boolean {
  if (!path.includes('*')) return existsSync(join(ROOT, path));
  const [before = '', after = ''] = path.slice(path.lastIndexOf('/') + 1).split('*');
  const files = readdirSync(join(ROOT, dirname(path)));
  return files.some((file) => file.startsWith(before) && file.endsWith(after));
}

describe('the pages for contributors', () => {
  it.each(PAGES)('%s names only files that exist', (page) => {
    const text = read(page);
    const wrong = pathsIn(text).filter((path) => !exists(path));
    expect(wrong).toEqual([]);
    expect(linksIn(text).filter((path) => !existsSync(join(ROOT, dirname(page), path)))).toEqual([]);
  });

  it('name enough of them that the check means something', () => {
    expect(pathsIn(read('docs/architecture.md')).length).toBeGreaterThan(50);
  });

  it.each(['lib/core', 'lib/redis'])('docs/architecture.md names every room of %s', (layer) => {
    const folders = readdirSync(join(ROOT, layer), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const text = read('docs/architecture.md');
    for (const { name } of folders) expect(text).toContain(`\`${name}\``);
  });

  it('CONTRIBUTING.md names commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read('CONTRIBUTING.md').matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
