// Starts and ends a Postgres of the tests' own. JavaScript, because jest loads its global set-up without a compiler.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { postgresBinaries } from './postgres-binaries.mjs';

const HOST = '127.0.0.1';
const USER = 'cascache';
const KIND_MS = 5_000;

/** What it keeps need not outlive it. */
const SETTINGS = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  shared_buffers: '16MB',
  max_connections: '100',
};

/** Starts an empty server, which everybody on this machine may use. Its data is removed when it ends. */
export async function startPostgres() {
  for (let attempt = 1; ; attempt++) {
    const dir = await mkdtemp(join(tmpdir(), 'cascache-postgres-'));
    try {
      return await start(dir);
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      // Somebody else may have taken the port meanwhile.
      if (attempt === 3) throw error;
    }
  }
}

async function start(dir) {
  const as = otherUser();
  const { initdb, postgres } = postgresBinaries(dir, as !== undefined);
  const data = join(dir, 'data');
  await mkdir(data, { mode: 0o700 });
  if (as !== undefined) for (const path of [dir, data]) chownSync(path, as.uid, as.gid);
  const options = ['--auth=trust', `--username=${USER}`, '--encoding=UTF8', '--locale=C', '--no-sync'];
  await promisify(execFile)(initdb, [`--pgdata=${data}`, ...options], { ...as, cwd: dir });
  return launch(dir, as, [postgres, '-D', data], await freePort());
}

/** Postgres refuses to run as root. */
function otherUser() {
  if (process.getuid?.() !== 0) return undefined;
  const id = (which) => Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/**
 * The end of our side of standard input is the end of the server: it does not outlive a test run that crashed, and nor
 * does its data.
 */
const WATCHED = `
dir=$1; shift
exec 3<&0
"$@" </dev/null 2>&1 &
server=$!
( read nothing; kill -QUIT $server ) <&3 >/dev/null 2>&1 &
watcher=$!
echo "pid $server"
wait $server
code=$?
kill $watcher
rm -rf "$dir"
exit $code
`;

async function launch(dir, as, command, port) {
  const settings = Object.entries({ ...SETTINGS, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const args = ['-c', WATCHED, 'sh', dir, ...command, ...settings];
  const child = spawn('/bin/sh', args, { ...as, cwd: dir, stdio: ['pipe', 'pipe', 'ignore'] });
  let said = '';
  const ended = once(child, 'exit').then(
    () => new Error(`postgres ended: ${said}`),
    (/** @type {unknown} */ error) => error,
  );
  const ready = new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said = `${said}${text}`.slice(-10_000);
      if (said.includes('ready to accept connections')) resolve();
    });
  });
  const failed = await Promise.race([ended, ready]);
  child.stdin.on('error', () => {});
  if (failed instanceof Error) throw failed;
  const pid = Number(/^pid (\d+)$/m.exec(said)[1]);

  return {
    pid,
    url: `postgres://${USER}@${HOST}:${port}/postgres`,
    async stop() {
      // Ends every session, then the server.
      signal(pid, 'SIGINT');
      const impatience = setTimeout(() => signal(pid, 'SIGQUIT'), KIND_MS);
      await ended;
      clearTimeout(impatience);
      child.stdin.destroy();
    },
  };
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

async function freePort() {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
