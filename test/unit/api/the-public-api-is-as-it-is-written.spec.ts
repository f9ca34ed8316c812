import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = process.cwd();
const FOLDER = join(ROOT, '.ci/api');

const { publicApi } = (await import(join(FOLDER, 'public-api.mjs'))) as {
  publicApi(root: string): ReadonlyMap<string, string>;
};

describe('the public API', () => {
  it('is what .ci/api says: `npm run update:api` writes it anew when a change is meant', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.txt'));
    const written = files.map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]);
    const current = [...publicApi(ROOT)].map(([name, text]) => [`${name}.txt`, text]);
    expect(Object.fromEntries(current)).toEqual(Object.fromEntries(written));
    // The whole of the library is compiled.
  }, 120_000);
});
