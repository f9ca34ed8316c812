// `npm run bench:stale`: builds the library, installs the contenders, and compares them under one Node. `--help` says
// what else.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureRedis } from '../../support/ensure-redis.mjs';
import { prepare } from '../cli/prepare.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

try {
  const { server, cli } = ensureRedis();
  const node = prepare();
  const register = new URL('../../support/typescript/register.mjs', import.meta.url).href;
  const args = [
    '--import',
    register,
    '--disable-warning=ExperimentalWarning',
    here('main.ts'),
    ...process.argv.slice(2),
  ];
  const env = { ...process.env, REDIS_SERVER_BIN: server, REDIS_CLI_BIN: cli, NODE_ENV: 'production' };
  const child = spawn(node, args, { stdio: 'inherit', env });
  // It stops what it started, and then itself.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => (process.exitCode = code ?? 1));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
