import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const ROOT = process.cwd();

/**
 * The examples of a page, each a module of its own, under the names of files that do not exist.
 *
 * @param folder whose packages they import
 */
export function examplesOf(page: string, folder = 'test'): [string, string][] {
  const blocks = readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms);
  return [...blocks].map(([, code = ''], i) => [
    join(ROOT, folder, `${page.replaceAll(/\W/g, '-')}-${i}.ts`),
    // An example without an import or an export is a module all the same.
    `${code}\nexport {};\n`,
  ]);
}

/** What the compiler says of the examples, with the settings of this repository. */
export function complaintsAbout(examples: ReadonlyMap<string, string>): string[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => examples.has(path) || disk.fileExists(path),
    directoryExists: (path) =>
      ts.sys.directoryExists(path) || [...examples.keys()].some((key) => key.startsWith(`${path}/`)),
    getSourceFile(path, ...rest) {
      const code = examples.get(path);
      return code === undefined ? disk.getSourceFile(path, ...rest) : ts.createSourceFile(path, code, rest[0]);
    },
  };
  const program = ts.createProgram([...examples.keys()], { ...options, noEmit: true }, host);
  return [...examples.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}
