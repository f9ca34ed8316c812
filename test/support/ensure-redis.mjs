// Finds the redis-server and redis-cli that the tests start their own servers with, and installs them where that can
// be done without asking anybody.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const OLDEST = [6, 2];

/**
 * @returns {{ server: string, cli: string }} paths of the two programs
 * @throws {Error} with a message that says what to do, when there is no usable Redis and none can be installed
 */
export function ensureRedis() {
  const found = find() ?? (canInstall() ? install() : undefined);
  if (found === undefined) throw new Error(INSTRUCTIONS);
  const version = versionOf(found.server);
  if (version[0] < OLDEST[0] || (version[0] === OLDEST[0] && version[1] < OLDEST[1])) {
    throw new Error(
      `${found.server} is version ${version.join('.')}, the tests need ${OLDEST.join('.')} or later.\n${INSTRUCTIONS}`,
    );
  }
  return found;
}

const INSTRUCTIONS = `The tests run against real Redis servers, which they start and stop themselves. Install redis-server and redis-cli:
  Debian, Ubuntu   sudo apt-get install redis-server
  Fedora           sudo dnf install redis
  Alpine           sudo apk add redis
  macOS            brew install redis
or set REDIS_SERVER_BIN (and REDIS_CLI_BIN, if redis-cli or valkey-cli is not beside it) to the programs. Then run the tests again.`;

function find() {
  const server = named('REDIS_SERVER_BIN') ?? onPath('redis-server') ?? onPath('valkey-server');
  if (server === undefined) return undefined;
  const beside = ['redis-cli', 'valkey-cli'].map((name) => join(dirname(server), name)).find(isProgram);
  const cli = named('REDIS_CLI_BIN') ?? beside ?? onPath('redis-cli') ?? onPath('valkey-cli');
  return cli === undefined ? undefined : { server, cli };
}

/** A program that the environment names has to be there: falling back to another one would test something else. */
function named(variable) {
  const path = process.env[variable];
  if (!path) return undefined;
  if (!isProgram(path))
    throw new Error(`${variable} is ${path}, which is not an executable file. Correct it or unset it.`);
  return path;
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function canInstall() {
  return existsSync('/etc/debian_version') && onPath('apt-get') !== undefined && process.getuid?.() === 0;
}

function install() {
  console.log('No redis-server on this machine: installing the Debian package.');
  const options = {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-qq', '--yes', '--no-install-recommends', 'redis-server'], options);
  } catch (cause) {
    throw new Error(`${cause.message}\n${INSTRUCTIONS}`, { cause });
  }
  return find();
}

function versionOf(server) {
  const text = execFileSync(server, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const match = /v=(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (match === null) throw new Error(`${server} --version answered "${text.trim()}", which is not Redis or Valkey.`);
  return match.slice(1).map(Number);
}
