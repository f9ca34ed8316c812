import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = process.cwd();

/** The interfaces that users fill in, and where their tables stand. */
const INTERFACES: readonly (readonly [file: string, name: string])[] = [
  ['lib/core/options/load-options.ts', 'ReadOptions<'],
  ['lib/core/options/load-options.ts', 'LoadManyOptions<'],
  ['lib/core/options/namespace-options.ts', 'CasCacheNamespaceOptions '],
  ['lib/core/writing/write-intent-options.ts', 'WriteIntentOptions '],
  ['lib/common/options/redis-options.ts', 'SharedRedisOptions '],
  ['lib/nest/module-options.ts', 'CasCacheModuleOptions '],
  ['lib/nest/decorators/cas-cached.options.ts', 'CasCachedOptions<'],
  ['lib/nest/decorators/cas-cached-many.options.ts', 'CasCachedManyOptions<'],
  ['lib/nest/decorators/cas-invalidate.options.ts', 'CasInvalidateOptions<'],
  ['lib/redis/connection/connection-options.ts', 'RedisConnectionOptions '],
  ['lib/redis/cells/retention.ts', 'RetentionOptions '],
  ['lib/generations/local-options.ts', 'LocalGenerationStoreOptions '],
  ['lib/providers/memory-options.ts', 'MemoryProviderOptions '],
];
const ANOTHER = 'anotherOption';

/** The source, with one option more in the interface, whose members begin after the first brace that ends a line. */
function withAnother(source: string, name: string): string {
  const at = source.indexOf(`export interface ${name}`);
  const body = at + /\{$/m.exec(source.slice(at))!.index + 1;
  return `${source.slice(0, body)} readonly ${ANOTHER}?: number | undefined;${source.slice(body)}`;
}

/** What the compiler says of the files, where they are as `changed` has them. */
function complaints(changed: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.build.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) => {
    const code = changed.get(path);
    return code === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, code, rest[0]);
  };
  const program = ts.createProgram([...changed.keys()], { ...options, noEmit: true }, host);
  const textOf = (path: string): string =>
    program
      .getSemanticDiagnostics(program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
      .join('\n');
  return new Map([...changed.keys()].map((path) => [path, textOf(path)]));
}

describe('the tables of options', () => {
  it('do not compile without a descriptor for an option of their interface, and compile as they are', () => {
    const files = [...new Set(INTERFACES.map(([file]) => join(ROOT, file)))];
    const asTheyAre = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
    expect([...complaints(asTheyAre).values()].join('')).toBe('');

    const changed = new Map(asTheyAre);
    for (const [file, name] of INTERFACES) {
      const path = join(ROOT, file);
      changed.set(path, withAnother(changed.get(path) ?? '', name));
    }
    const found = complaints(changed);
    for (const [file] of INTERFACES) {
      expect([file, found.get(join(ROOT, file))]).toEqual([file, expect.stringContaining(`'${ANOTHER}' is missing`)]);
    }
  }, 240_000);
});
