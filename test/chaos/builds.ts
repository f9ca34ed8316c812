import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where git does not look. */
const BUILDS = join(ROOT, 'node_modules/.cache/cascache-builds');

/** A build of the package that replicas of the laboratory run. */
export interface Build {
  readonly name: string;
  /** Where its package.json and `dist` are. `undefined`: the working tree's. */
  readonly folder: string | undefined;
}

export const WORKING_TREE: Build = { name: 'the working tree', folder: undefined };

/**
 * The package as it was at a commit, built with the compiler and the packages of today.
 *
 * @throws Error naming the commit when git does not know it, or when it does not build
 */
export function buildOf(commit: string): Build {
  const sha = git('rev-parse', '--verify', '--quiet', `${commit}^{commit}`).toString().trim();
  const folder = join(BUILDS, sha);
  const build = { name: sha.slice(0, 7), folder };
  if (existsSync(join(folder, 'dist/cjs/package.json'))) return build;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const paths = ['package.json', 'lib', '.ci/build.mjs', 'tsconfig.json', 'tsconfig.build.json', 'tsconfig.cjs.json'];
  const { status: unpacked } = spawnSync('tar', ['-x', '-C', folder], { input: git('archive', sha, ...paths) });
  if (unpacked !== 0) throw new Error(`The files of ${commit} could not be unpacked into ${folder}.`);
  const { status: built } = spawnSync(process.execPath, ['.ci/build.mjs'], { cwd: folder, stdio: 'inherit' });
  if (built !== 0) throw new Error(`${commit} does not build; the compiler has said why.`);
  return build;
}

export function knowsTags({ folder }: Build): boolean {
  return folder === undefined || existsSync(join(folder, 'lib/core/tags'));
}

function git(...args: readonly string[]): Buffer {
  try {
    return execFileSync('git', [...args], { cwd: ROOT, maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (cause) {
    throw new Error(`git ${args.join(' ')} failed: is the commit in this checkout?`, { cause });
  }
}
