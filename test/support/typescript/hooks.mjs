import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from '@swc/core';

const ROOT = new URL('../../../', import.meta.url);
const SOURCES = process.env.CASCACHE_SOURCES === '1';
// The folder of another build of the package, for processes that are to run that one.
const BUILD = process.env.CASCACHE_BUILD === undefined ? ROOT : pathToFileURL(`${process.env.CASCACHE_BUILD}/`);
const ENTRIES = {
  'nestjs-cascache': 'lib/index.ts',
  'nestjs-cascache/redis': 'lib/redis/index.ts',
};

/** Sources import with the extension that the compiled file will have. */
export async function resolve(specifier, context, next) {
  if (Object.hasOwn(ENTRIES, specifier)) {
    if (SOURCES) return found(new URL(ENTRIES[specifier], ROOT));
    // Folders of the repository with a package.json of their own mean this package too.
    return next(specifier, { ...context, parentURL: new URL('package.json', BUILD).href });
  }
  if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) {
    const url = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(url)) return found(url);
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), {
    filename,
    configFile: fileURLToPath(new URL('.swcrc', ROOT)),
    sourceMaps: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}

function found(url) {
  return { url: url.href, format: 'module', shortCircuit: true };
}
