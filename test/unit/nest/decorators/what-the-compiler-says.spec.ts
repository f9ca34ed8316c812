import { expect, it } from '@jest/globals';
import { resolve } from 'node:path';
import ts from 'typescript';

/** Each line is a class, or a member of one; after it, words that the compiler's message has to have. */
const CASES: readonly (readonly [line: string, words: string])[] = [
  [
    "class A { @CasCached({ key: 'all' }) async m(_id: string): Promise<void> {} }",
    'key is a function of the arguments that answers a text, such as (id: number) => String(id)',
  ],
  ['class G { @CasCached({ key: (id: number) => id }) async m(_id: number): Promise<void> {} }', 'String(id)'],
  ['class H { @CasInvalidate({ key: (id: number) => id }) async m(_id: number): Promise<void> {} }', 'String(id)'],
  ['class I { @CasInvalidate({ keys: (id: number) => [id] }) async m(_id: number): Promise<void> {} }', '[String(id)]'],
  [
    "class B { @CasInvalidate({ keys: 'all' }) async m(_id: string): Promise<void> {} }",
    'keys is a function of the arguments',
  ],
  [
    'class C { @CasCached() m(_id: string): number { return 1; } }',
    'the decorated method must be async: declare it `async`',
  ],
  ['@CasCached() class D {}', 'this decorator stands on the methods of a class, not on the class'],
  [
    "class E { @CasInvalidate({ of: 'fnid' }) async m(_id: string): Promise<void> {} }",
    'of: the class has no public async method of this name',
  ],
  [
    "class F { @CasCached() async f(_id: number): Promise<void> {} @CasInvalidate({ of: 'f', args: (id: string) => [id] }) async m(_id: string): Promise<void> {} }",
    'args: it must answer the parameters of the method that `of` names',
  ],
];

it('the compiler says in words what a decorator cannot be given', () => {
  const root = process.cwd();
  const file = resolve(root, 'test/unit/nest/decorators/snippet.ts');
  const text = `import { CasCached, CasInvalidate } from 'nestjs-cascache';\n${CASES.map(([line]) => line).join('\n')}`;
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root);
  const host = ts.createCompilerHost({ ...options, noUnusedLocals: false });
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) =>
    resolve(name) === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  const { fileExists } = host;
  host.fileExists = (name) => resolve(name) === file || fileExists(name);
  const program = ts.createProgram([file], { ...options, noUnusedLocals: false }, host);
  const source = program.getSourceFile(file);
  const found = new Map<number, string>();
  for (const { start, messageText } of program.getSemanticDiagnostics(source)) {
    const { line } = ts.getLineAndCharacterOfPosition(source as ts.SourceFile, start ?? 0);
    found.set(line, `${found.get(line) ?? ''}${ts.flattenDiagnosticMessageText(messageText, '\n')}\n`);
  }
  CASES.forEach(([, words], i) => expect(found.get(i + 1)).toContain(words));
});
