// Starts and ends Redis servers of the tests' own. JavaScript, because jest loads its global set-up without a compiler.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const SERVER = process.env.REDIS_SERVER_BIN ?? 'redis-server';
const CLI = process.env.REDIS_CLI_BIN ?? 'redis-cli';
const HOST = '127.0.0.1';
const READY_MS = 15_000;
const KIND_MS = 3_000;

/** Starts a server that keeps nothing on disk. Types and promises: redis-server.d.mts. */
export async function startRedis({ port, args = [] } = {}) {
  if (port !== undefined) return start(port, args);
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort(), args);
    } catch (error) {
      // Somebody else may have taken the port meanwhile.
      if (attempt === 5) throw error;
    }
  }
}

async function start(port, args) {
  const dir = await mkdtemp(join(tmpdir(), 'cascache-redis-'));
  const basics = ['--port', String(port), '--bind', HOST, '--dir', dir, '--save', '', '--appendonly', 'no'];
  const child = spawn(SERVER, [...basics, ...args], { stdio: 'ignore' });
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code, signal) => resolve(new Error(`${SERVER} on port ${port} ended: ${code ?? signal}`)));
  });
  const stop = async (signal = 'SIGTERM') => {
    child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), KIND_MS);
    await ended;
    clearTimeout(impatience);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const failed = await Promise.race([ended, until(() => ping(port), READY_MS)]);
    if (failed instanceof Error) throw failed;
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  return { port, pid: child.pid, url: `redis://${HOST}:${port}`, stop };
}

/** Starts a Cluster of three masters without replicas. */
export async function startCluster() {
  const servers = await settled(
    [0, 1, 2].map(() => startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'] })),
  );
  const ports = servers.map((server) => server.port);
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    const addresses = ports.map((port) => `${HOST}:${port}`);
    await promisify(execFile)(CLI, ['--cluster', 'create', ...addresses, '--cluster-yes']);
    await Promise.all(
      ports.map((port) => until(async () => (await ask(port, 'CLUSTER INFO')).includes('cluster_state:ok'), READY_MS)),
    );
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
