import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const BENCH = fileURLToPath(new URL('..', import.meta.url));
const NODE = `${BENCH}node_modules/node/bin/node`;
const INSTALLED = `${BENCH}node_modules/.bench-lock.json`;
const LOCK = `${BENCH}package-lock.json`;

/** Builds the library and installs the contenders. Returns the path of the Node that runs them all. */
export function prepare() {
  say('building the library');
  execFileSync(process.execPath, [`${ROOT}.ci/build.mjs`], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (!isInstalled()) {
    say('installing the contenders');
    // Not `npm ci`: it refuses lock files that leave out the optional packages of other platforms.
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: BENCH,
      stdio: ['ignore', 2, 2],
    });
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
