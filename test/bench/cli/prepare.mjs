import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const BENCH = fileURLToPath(new URL('..', import.meta.url));
const SYSTEM = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
// The packages that hold a Node have no install script. The package `node` fetches one of them by such a script.
const PACKAGE = SYSTEM === 'darwin-arm64' ? `node-bin-${SYSTEM}` : `node-${SYSTEM}`;
const NODE = `${BENCH}node_modules/${PACKAGE}/bin/node${process.platform === 'win32' ? '.exe' : ''}`;
const INSTALLED = `${BENCH}node_modules/.bench-lock.json`;
const LOCK = `${BENCH}package-lock.json`;

/** Builds the library and installs the contenders. Returns the path of the Node that runs them all. */
export function prepare() {
  say('building the library');
  execFileSync(process.execPath, [`${ROOT}.ci/build.mjs`], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (!isInstalled()) {
    say('installing the contenders');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['ci', ...flags], { cwd: BENCH, stdio: ['ignore', 2, 2] });
    writeFileSync(INSTALLED, readFileSync(LOCK));
  }
  return NODE;
}

function isInstalled() {
  return existsSync(NODE) && existsSync(INSTALLED) && readFileSync(INSTALLED).equals(readFileSync(LOCK));
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
