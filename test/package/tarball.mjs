import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

const ALLOWED =
  /^(dist\/.+|docs\/(?!architecture).+\.md|docs\/grafana\/(dashboard\.json|alerts\.yml)|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|package\.json)$/;
const REQUIRED = ['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'dist/cjs/package.json'];

/** Builds and packs the repository at `root` into `folder`; returns the path of the tarball and the names in it. */
export function pack(root, folder) {
  const json = run('npm', ['pack', '--json', '--pack-destination', folder, '--foreground-scripts=false'], {
    cwd: root,
  });
  // npm 11 answers a list, later versions an object by package name.
  const [{ filename, files }] = Object.values(JSON.parse(json));
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}

export function checkContents(root, { files }) {
  assert.deepEqual(
    files.filter((file) => !ALLOWED.test(file)),
    [],
    'the tarball holds files that are not part of the package',
  );
  // Here and not by publint alone: it does not look behind `module-sync`.
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.deepEqual(
    [...REQUIRED, ...targets(exports)].filter((file) => !files.includes(file)),
    [],
    'the tarball lacks files',
  );
}

/** Every file that a map of exports points to. */
function targets(exports) {
  if (typeof exports === 'string') return [exports.replace(/^\.\//, '')];
  return Object.values(exports).flatMap(targets);
}

export function checkPublint(root, { tarball }) {
  run('npx', ['--no-install', 'publint', 'run', tarball, '--strict'], { cwd: root });
}

export function checkAttw(root, { tarball }) {
  // `strict` is node16, bundlers, and node10: many an application of Nest 11 compiles with that, which reads
  // `typesVersions`.
  run('npx', ['--no-install', 'attw', tarball, '--profile', 'strict', '--no-color'], { cwd: root });
}
