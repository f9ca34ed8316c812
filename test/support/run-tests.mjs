// `npm test`: makes sure that there is a Redis, then runs jest. Arguments go to jest: `npm test -- test/unit/wire`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureRedis } from './ensure-redis.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const report = `${root}test/.report/jest.json`;
// A run that dies early must not be judged by the report of the run before it.
rmSync(report, { force: true });
mkdirSync(dirname(report), { recursive: true });

process.exitCode = run();

function run() {
  let redis;
  try {
    redis = ensureRedis();
  } catch (error) {
    console.error(error.message);
    return 1;
  }
  // jest loads ES modules only with this flag, and each worker would announce that it is experimental.
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = [`${root}node_modules/jest/bin/jest.js`, '--json', `--outputFile=${report}`, ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, [...node, ...jest], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, REDIS_SERVER_BIN: redis.server, REDIS_CLI_BIN: redis.cli },
  });
  return status ?? 1;
}
