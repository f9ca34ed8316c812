// Builds both module formats from scratch: dist/esm and dist/cjs.
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.cjs.json']) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
  // tsc has said what is wrong.
  if (status !== 0) process.exit(1);
}
// The compiler leaves out what is JavaScript already, and its types.
for (const file of ['redis/connection/require-ioredis.cjs', 'redis/connection/require-ioredis.d.cts']) {
  for (const format of ['esm', 'cjs']) copyFileSync(`${root}lib/${file}`, `${root}dist/${format}/${file}`);
}
// The package as a whole is "type": "module"; without this, Node would read dist/cjs as ESM.
writeFileSync(`${root}dist/cjs/package.json`, '{ "type": "commonjs" }\n');
