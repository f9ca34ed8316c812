// The ways by which a Redis is reached. Each has servers of its own, which are gone when `stop` has resolved.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCluster, startRedis } from '../../support/redis/redis-server.mjs';
import { Job } from './job.mjs';

const HOST = '127.0.0.1';

/** What a name stands for: `open` answers where to connect to, as `forRoot({ redis })` takes it, and how to end it. */
export const WAYS = {
  loopback: direct,
  '0.5 ms away': () => delayed(0.5),
  '2 ms away': () => delayed(2),
  TLS: encrypted,
  Cluster: clustered,
};

async function direct() {
  const server = await startRedis();
  return { source: server.url, stop: () => server.stop() };
}

/** Every reply comes so many milliseconds later than it would. */
async function delayed(ms) {
  const server = await startRedis();
  const proxy = new Job('delaying-proxy.mjs', { port: server.port, ms });
  const port = await proxy.next();
  const stop = async () => {
    await proxy.stop();
    await server.stop();
  };
  return { source: `redis://${HOST}:${port}`, stop };
}

/** @throws {Error} where openssl is missing, or redis-server was built without TLS */
async function encrypted() {
  const dir = await mkdtemp(join(tmpdir(), 'cascache-tls-'));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const names = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=IP:${HOST}`];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert];
  await promisify(execFile)('openssl', ['req', '-x509', '-days', '2', ...made, ...names]);
  const port = await freePort();
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert];
  const server = await startRedis({ args: ['--tls-port', String(port), '--tls-auth-clients', 'no', ...files] });
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { source: { host: HOST, port, tls: { ca: await readFile(cert, 'utf8') } }, stop };
}

async function clustered() {
  const cluster = await startCluster();
  return { source: { nodes: cluster.nodes }, stop: () => cluster.stop() };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, HOST, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
