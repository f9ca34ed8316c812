import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = process.cwd();
const PAGES = ['docs/migrating.md', 'docs/reading-through.md', 'docs/request-scope.md', 'docs/tags.md'];

/** The examples of a page, each a module of its own, under the names of files that do not exist. */
function examplesOf(page: string): [string, string][] {
  const blocks = readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms);
  return [...blocks].map(([, code = ''], i) => [join(ROOT, 'test', `${page.replaceAll(/\W/g, '-')}-${i}.ts`), code]);
}

/** What the compiler says of the examples, with the settings of this repository. */
function complaintsAbout(examples: ReadonlyMap<string, string>): string[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => examples.has(path) || fileExists(path);
  host.getSourceFile = (path, ...rest) => {
    const code = examples.get(path);
    return code === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, code, rest[0]);
  };
  const program = ts.createProgram([...examples.keys()], { ...options, noEmit: true }, host);
  return [...examples.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}

describe('the examples of the documents', () => {
  it('compile, and would not, were they wrong', () => {
    const examples = PAGES.flatMap(examplesOf);
    expect(examples).toHaveLength(9);
    const wrong = "import { asCacheManager } from 'nestjs-cascache';\nasCacheManager(1);\n";
    const complaints = complaintsAbout(new Map([...examples, [join(ROOT, 'test', 'wrong.ts'), wrong]]));
    expect(complaints).toEqual([expect.stringMatching(/wrong\.ts: .*not assignable to parameter/)]);
    // The whole of the library is compiled with them.
  }, 120_000);
});
