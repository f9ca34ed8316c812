// Three applications that install the tarball: what a user has, not what this repository has.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const sources = fileURLToPath(new URL('consumer', import.meta.url));

const NEST_12 = { '@nestjs/common': '^12.0.0', '@nestjs/core': '^12.0.0', typescript: '~6.0.3' };
const NEST_11 = { '@nestjs/common': '^11.0.0', '@nestjs/core': '^11.0.0', typescript: '~5.9.3' };
const OWN_JEST = { '@nestjs/testing': '^11.0.0', jest: '^30.0.0', '@jest/globals': '^30.0.0', 'ts-jest': '^29.4.0' };
const EVERYONE = { 'reflect-metadata': '^0.2.2', rxjs: '^7.8.0', '@types/node': '^20.19.0' };

const IOVALKEY = '^0.4.0';

/** What the entry `transactions` works with, and nobody has to install. */
const HANDED_IN = ['pg', 'typeorm', 'nestjs-cls', '@nestjs-cls/transactional'];

/**
 * The versions of ioredis are the ends of the range that the package supports; 5.4.0 itself prints a line per reply.
 */
export const CONSUMERS = [
  { name: 'nest-12-esm', type: 'module', module: 'nodenext', packages: NEST_12, ioredis: '^6.0.0' },
  { name: 'nest-12-cjs', type: 'commonjs', module: 'nodenext', packages: NEST_12, ioredis: '^6.0.0' },
  {
    name: 'nest-11-cjs',
    type: 'commonjs',
    module: 'node16',
    packages: { ...NEST_11, ...OWN_JEST },
    ioredis: '5.4.1',
    jest: true,
  },
];

const PRINTED = `First read: Linus
From the cache: Linus 1
After update: Tommy Lee Jones 2
Service: true user
BEGIN 2
Inside: Linus 1
COMMIT 3
Transaction: Linus 2
Wire: 7
`;

/** What the comments of the README's first example promise. */
const README_PRINTED = `query for user 42
Linus
Linus
query for user 42
Tommy Lee Jones
query for user 43
null
query for user 43
Ada
`;

const PRINTED_ON_REDIS = `ByClient Linus 1
ByClient Tommy Lee Jones 2
ByParts Linus 1
ByParts Tommy Lee Jones 2
`;

/**
 * Installs, compiles and runs `consumer`, without ioredis, in a folder of its own below `parent`. Returns that folder.
 */
export function checkConsumer(consumer, tarball, parent) {
  const folder = join(parent, consumer.name);
  create(folder, consumer, tarball);
  install(folder);
  tsc(folder);
  assert.equal(run(process.execPath, ['dist/main.js'], { cwd: folder }), PRINTED);
  assert.equal(run(process.execPath, ['dist/readme.js'], { cwd: folder }), README_PRINTED);
  const failure = run(process.execPath, ['dist/without-ioredis.js'], { cwd: folder });
  assert.match(failure, /npm install ioredis/, `a missing ioredis must be said with its remedy, not: ${failure}`);
  if (consumer.jest) run('npx', ['--no-install', 'jest', '--ci'], { cwd: folder });
  assert.throws(() => commandLine(folder, ['ping', '--url', 'redis://127.0.0.1:1']), /npm install ioredis/);
  return folder;
}

/** The command line, as an operator runs it in the folder of an application. */
function commandLine(folder, args) {
  return run('npx', ['--no-install', 'nestjs-cascache', ...args], { cwd: folder });
}

/** Runs the command line of the package that is installed in `folder`, where ioredis is. */
export function checkCommandLine(folder, url) {
  assert.match(commandLine(folder, ['--help']), /^nestjs-cascache <command>/);
  assert.match(commandLine(folder, ['ping', '--url', url]), /: master, [\d.]+ ms/);
  const invalidating = ['invalidate', '42', '--namespace', 'of-nobody', '--url', url];
  assert.throws(() => commandLine(folder, invalidating), /Redis has nothing of namespace "of-nobody"/);
}

/**
 * Runs the application in `folder` on the Redis at `url` with a client of iovalkey, a fork of ioredis that is not
 * there.
 */
export function checkConsumerOnIovalkey(folder, url) {
  install(folder, `iovalkey@${IOVALKEY}`);
  assert.ok(!existsSync(join(folder, 'node_modules', 'ioredis')), 'ioredis must not be installed here');
  const main = readFileSync(join(sources, 'redis', 'main.ts'), 'utf8').replace(`from 'ioredis'`, `from 'iovalkey'`);
  mkdirSync(join(folder, 'src', 'valkey'));
  writeFileSync(join(folder, 'src', 'valkey', 'main.ts'), main);
  // The types of the entry `redis` are those of ioredis.
  tsc(folder, '--skipLibCheck');
  const env = { ...process.env, REDIS_URL: url };
  assert.equal(run(process.execPath, ['dist/valkey/main.js'], { cwd: folder, env }), PRINTED_ON_REDIS);
  rmSync(join(folder, 'src', 'valkey'), { recursive: true });
}

/** Adds ioredis to the application in `folder`, and runs it on the Redis at `url`. */
export function checkConsumerOnRedis({ ioredis }, folder, url) {
  install(folder, `ioredis@${ioredis}`);
  cpSync(join(sources, 'redis'), join(folder, 'src', 'redis'), { recursive: true });
  tsc(folder);
  const env = { ...process.env, REDIS_URL: url };
  assert.equal(run(process.execPath, ['dist/redis/main.js'], { cwd: folder, env }), PRINTED_ON_REDIS);
}

function install(folder, ...packages) {
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', ...quietly, ...packages], { cwd: folder });
}

function tsc(folder, ...options) {
  run('npx', ['--no-install', 'tsc', '-p', '.', ...options], { cwd: folder });
}

function create(folder, { name, type, module, packages, jest }, tarball) {
  mkdirSync(folder, { recursive: true });
  const leftOut = [join(sources, 'redis'), ...(jest ? [] : [join(sources, 'users.test.ts')])];
  cpSync(sources, join(folder, 'src'), { recursive: true, filter: (path) => !leftOut.includes(path) });
  writeFileSync(join(folder, 'src', 'readme.ts'), firstExample());
  writeJson(join(folder, 'package.json'), {
    name,
    private: true,
    type,
    dependencies: { ...EVERYONE, ...packages, 'nestjs-cascache': `file:${tarball}` },
    ...(jest ? { jest: JEST } : {}),
  });
  writeJson(join(folder, 'tsconfig.json'), {
    compilerOptions: {
      module,
      target: 'es2022',
      rootDir: 'src',
      outDir: 'dist',
      types: ['node'],
      strict: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
    include: ['src'],
  });
}

/** The README's first example, as it is pasted. */
function firstExample() {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, example] = /```ts\n(import 'reflect-metadata';\n[^]*?)```/.exec(readme) ?? [];
  assert.ok(example, 'the README has no first example that begins with its imports');
  return example;
}

/** CommonJS mode, as `nest new` sets it up. */
const JEST = {
  rootDir: 'src',
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/../tsconfig.json' }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironment: 'node',
};

/**
 * Puts a trap in the place of each optional peer in `folder`, then imports the root, and the entry that is for
 * libraries which it does not load, in both formats: the trap ends the process when it is loaded, even inside a `try`.
 */
export function checkRootLoadsNoOptionalPeer(folder, optionalPeers) {
  for (const name of [...optionalPeers, ...HANDED_IN]) {
    const trap = join(folder, 'node_modules', name);
    mkdirSync(trap, { recursive: true });
    writeJson(join(trap, 'package.json'), { name, version: '999.0.0', main: 'index.cjs' });
    writeFileSync(join(trap, 'index.cjs'), `console.error('loaded ${name}'); process.exit(97);\n`);
  }
  const load = {
    commonjs: `require('reflect-metadata'); require('nestjs-cascache'); require('nestjs-cascache/transactions');`,
    module: `import 'reflect-metadata'; import 'nestjs-cascache'; import 'nestjs-cascache/transactions';`,
  };
  for (const [format, text] of Object.entries(load)) {
    run(process.execPath, [`--input-type=${format}`, '--eval', text], { cwd: folder });
  }
  assert.throws(
    () => run(process.execPath, ['--input-type=module', '--eval', `import '${optionalPeers[0]}';`], { cwd: folder }),
    new RegExp(`loaded ${optionalPeers[0]}`),
    'the trap itself must work',
  );
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
