import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { complaintsAbout, examplesOf } from '../../support/docs/compile-examples.js';

const ROOT = process.cwd();
const PAGES = ['docs/migrating.md', 'docs/reading-through.md', 'docs/request-scope.md', 'docs/tags.md'];

describe('the examples of the documents', () => {
  it('compile, and would not, were they wrong', () => {
    const examples = PAGES.flatMap((page) => examplesOf(page));
    expect(examples).toHaveLength(10);
    const wrong = "import { asCacheManager } from 'nestjs-cascache';\nasCacheManager(1);\n";
    const complaints = complaintsAbout(new Map([...examples, [join(ROOT, 'test', 'wrong.ts'), wrong]]));
    expect(complaints).toEqual([expect.stringMatching(/wrong\.ts: .*not assignable to parameter/)]);
    // The whole of the library is compiled with them.
  }, 120_000);
});
