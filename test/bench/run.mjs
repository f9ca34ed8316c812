// `npm run bench`: builds the library, installs the contenders, and runs them all under one Node. `--help` says what
// else.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureRedis } from '../support/ensure-redis.mjs';
import { HELP, parseOptions } from './cli/options.mjs';
import { prepare } from './cli/prepare.mjs';

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
  } else {
    const { server, cli } = ensureRedis();
    const node = prepare();
    const { status } = spawnSync(node, [fileURLToPath(new URL('main.mjs', import.meta.url)), JSON.stringify(options)], {
      stdio: 'inherit',
      env: { ...process.env, REDIS_SERVER_BIN: server, REDIS_CLI_BIN: cli, NODE_ENV: 'production' },
    });
    process.exitCode = status ?? 1;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
