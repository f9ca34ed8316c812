import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/**
 * Follows every import of the root's .d.ts files and refuses the optional peers: an application that has not installed
 * them could not compile. Other packages must be dependencies or peers.
 */
export function checkDeclarations(root) {
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const known = Object.keys({ ...dependencies, ...peerDependencies });
  const allowed = new Set(known.filter((name) => !peerDependenciesMeta[name]?.optional));

  for (const format of ['esm', 'cjs']) {
    const entry = join(root, 'dist', format, 'index.d.ts');
    const refused = [...importsReachedFrom(entry)]
      .filter(({ name }) => !name.startsWith('node:') && !allowed.has(packageOf(name)))
      .map(({ file, name }) => `${relative(root, file)} names ${name}`);
    assert.deepEqual(refused, [], 'the types of the root name packages that an application need not have');
  }
}

/** Every import of a package in `entry` and in the files it reaches, `import('…')` types and references included. */
function* importsReachedFrom(entry) {
  const queue = [entry];
  const seen = new Set(queue);
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
    for (const { fileName } of typeReferenceDirectives) {
      // @types/node is what makes `Buffer` mean something; every Node application has it.
      if (fileName !== 'node') yield { file, name: fileName };
    }
    for (const { fileName } of importedFiles) {
      if (!fileName.startsWith('.')) {
        yield { file, name: fileName };
        continue;
      }
      const target = join(dirname(file), fileName.replace(/\.js$/, '.d.ts'));
      assert.ok(existsSync(target), `${file} imports ${fileName}, which does not exist`);
      if (!seen.has(target)) queue.push(target);
      seen.add(target);
    }
  }
}

function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
