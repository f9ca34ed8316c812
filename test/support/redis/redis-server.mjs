// Starts and ends Redis servers of the tests' own. JavaScript, because jest loads its global set-up without a compiler.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const SERVER = process.env.REDIS_SERVER_BIN ?? 'redis-server';
const CLI = process.env.REDIS_CLI_BIN ?? 'redis-cli';
const HOST = '127.0.0.1';
const READY_MS = 60_000;
const KIND_MS = 3_000;

/** Starts a server that keeps nothing on disk. Types and promises: redis-server.d.mts. */
export async function startRedis({ args = [] } = {}) {
  return startOnFreePort(() => ['--save', '', '--appendonly', 'no', ...args]);
}

/** Starts a Sentinel that watches one master, under the name `mymaster`. */
export async function startSentinel(master) {
  return startOnFreePort(async (dir) => {
    const file = join(dir, 'sentinel.conf');
    // It writes into its own file, so it needs one.
    await writeFile(file, `sentinel monitor mymaster ${HOST} ${master.port} 1\n`);
    return [file, '--sentinel'];
  });
}

async function startOnFreePort(argsIn) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort(), argsIn);
    } catch (error) {
      // Somebody else may have taken the port meanwhile.
      if (attempt === 5) throw error;
    }
  }
}

async function start(port, argsIn) {
  const dir = await mkdtemp(join(tmpdir(), 'cascache-redis-'));
  const args = [...(await argsIn(dir)), '--port', String(port), '--bind', HOST, '--dir', dir];
  let running;
  const down = async (signal = 'SIGTERM') => {
    if (running === undefined) return;
    const { pid, ended } = running;
    kill(pid, signal);
    const impatience = setTimeout(() => kill(pid, 'SIGKILL'), KIND_MS);
    await ended;
    clearTimeout(impatience);
    running = undefined;
  };
  const stop = async (signal) => {
    await down(signal);
    await rm(dir, { recursive: true, force: true });
  };
  const up = async () => {
    running = await launch(dir, [SERVER, ...args]);
    try {
      const failed = await Promise.race([running.ended, until(() => ping(port), READY_MS)]);
      if (failed instanceof Error) throw failed;
    } catch (error) {
      await stop('SIGKILL');
      throw error;
    }
  };
  await up();
  return {
    port,
    url: `redis://${HOST}:${port}`,
    get pid() {
      return running?.pid;
    },
    down,
    up,
    stop,
  };
}

/** The end of our side of standard input is the end of the server: it does not outlive a test run that crashed. */
const WATCHED = `
dir=$1; shift
exec 3<&0
"$@" </dev/null >/dev/null 2>&1 &
server=$!
( read nothing; kill -9 $server; rm -rf "$dir" ) <&3 >/dev/null 2>&1 &
watcher=$!
echo $server
wait $server
code=$?
kill $watcher
wait $watcher
exit $code
`;

async function launch(dir, command) {
  const child = spawn('/bin/sh', ['-c', WATCHED, 'sh', dir, ...command], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code) => {
      child.stdin.destroy();
      resolve(new Error(`${command.join(' ')} ended with ${code}`));
    });
  });
  const pid = await Promise.race([ended, new Promise((resolve) => child.stdout.once('data', resolve))]);
  if (pid instanceof Error) throw pid;
  return { pid: Number(pid), ended };
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

/**
 * Starts a Cluster of three masters. One that is lost takes only its own slots with it, unless a replica replaces it.
 */
export async function startCluster({ replicas = 0, spares = 0 } = {}) {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--cluster-require-full-coverage', 'no'];
  // A replica that has to wait for its first copy cannot be promoted.
  args.push('--repl-diskless-sync-delay', '0');
  const inUse = 3 * (1 + replicas);
  const servers = await settled(Array.from({ length: inUse + spares }, () => startRedis({ args })));
  const ports = servers.map((server) => server.port);
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    const addresses = ports.slice(0, inUse).map((port) => `${HOST}:${port}`);
    const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas), '--cluster-yes'];
    await promisify(execFile)(CLI, create);
    for (const spare of ports.slice(inUse)) {
      // A node that joins takes no commands for as long as this time-out.
      await ask(spare, 'CONFIG SET cluster-node-timeout 500');
      for (const port of ports.slice(0, inUse)) await ask(spare, `CLUSTER MEET ${HOST} ${port}`);
    }
    const isPart = async (port) => {
      const info = await ask(port, 'CLUSTER INFO');
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${ports.length}\r`);
    };
    const isCopied = async (port) => /role:master|master_link_status:up/.test(await ask(port, 'INFO replication'));
    await Promise.all(ports.map((port) => until(async () => (await isPart(port)) && isCopied(port), READY_MS)));
    for (const spare of ports.slice(inUse)) await ask(spare, 'CONFIG SET cluster-node-timeout 2000');
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes: ports.map((port) => ({ host: HOST, port })), servers, stop };
}

/** Ends the servers that did start when one of them did not. */
async function settled(starting) {
  const results = await Promise.allSettled(starting);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return results.map((result) => result.value);
  await Promise.all(results.map((result) => result.value?.stop()));
  throw failed.reason;
}

async function until(condition, ms) {
  for (const end = Date.now() + ms; !(await condition()); await pause(10)) {
    if (Date.now() > end) throw new Error('a Redis server of the tests did not become ready');
  }
}

async function ping(port) {
  return (await ask(port, 'PING')).startsWith('+PONG');
}

/** The first bytes of the reply; empty when nobody answers. */
function ask(port, command) {
  return new Promise((resolve) => {
    const socket = connect(port, HOST, () => socket.write(`${command}\r\n`));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', () => resolve(''));
    socket.once('close', () => resolve(''));
  });
}

/** Below the ports of outgoing connections, and 10,000 below the one that a Cluster's nodes talk on. */
async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 12_000);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}
