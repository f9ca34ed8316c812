// `npm run test:orms`: the specs of this folder, with Prisma among the libraries. Arguments go to jest.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const tests = fileURLToPath(new URL('../support/run-tests.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [tests, 'test/orms', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, CASCACHE_WITH_PRISMA: '1' },
});
process.exitCode = status ?? 1;
