import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';

type Exports = Record<string, unknown>;
type CommonJs = (require: (request: string) => unknown, module: { exports: Exports }, exports: Exports) => void;

export interface NestjsCls {
  readonly cls: typeof import('nestjs-cls');
  readonly transactional: typeof import('@nestjs-cls/transactional');
  readonly typeorm: typeof import('@nestjs-cls/transactional-adapter-typeorm');
}

/**
 * nestjs-cls is CommonJS and requires Nest, which is ESM: Node can do that, jest cannot before Node 24.9. So its files
 * are run here, over the same Nest that the tests have.
 */
export async function loadNestjsCls(): Promise<NestjsCls> {
  const known = new Map<string, unknown>();
  for (const name of NEST) known.set(name.replace(/\.js$/, ''), await import(name));
  return {
    cls: load('nestjs-cls', known) as NestjsCls['cls'],
    transactional: load('@nestjs-cls/transactional', known) as NestjsCls['transactional'],
    typeorm: load('@nestjs-cls/transactional-adapter-typeorm', known) as NestjsCls['typeorm'],
  };
}

/** What they require of it. */
const NEST = [
  'rxjs',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/core/errors/exceptions/unknown-dependencies.exception.js',
  '@nestjs/core/injector/injector.js',
];

/** Runs a package, which from then on is known. */
function load(name: string, known: Map<string, unknown>): unknown {
  const modules = new Map<string, { exports: Exports }>();
  const root = createRequire(join(process.cwd(), 'package.json'));
  const run = (file: string): unknown => {
    const running = modules.get(file);
    if (running !== undefined) return running.exports;
    const module = { exports: {} as Exports };
    modules.set(file, module);
    const { resolve } = createRequire(file);
    const require = (request: string): unknown => {
      if (known.has(request)) return known.get(request);
      return isBuiltin(request) || !request.startsWith('.') ? root(request) : run(resolve(request));
    };
    // oxlint-disable-next-line typescript/no-implied-eval -- it is how Node runs such a file, too
    const body = new Function('require', 'module', 'exports', readFileSync(file, 'utf8')) as CommonJs;
    body(require, module, module.exports);
    return module.exports;
  };
  const exports = run(root.resolve(name));
  known.set(name, exports);
  return exports;
}
