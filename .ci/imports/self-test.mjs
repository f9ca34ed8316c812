// Proves that the import rules can fail: each line below is an import that must be reported, under the name given.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import config from '../../.dependency-cruiser.mjs';
import { cruise, staticChain } from './cruise.mjs';

const FORBIDDEN = [
  ['contracts-import-nothing', 'contracts/a.ts', `import 'node:fs';`],
  ['errors-import-nothing', 'errors.ts', `import './keys/ok.js';`],
  ['common-imports-contracts-and-errors', 'common/a.ts', `import '../wire/ok.js';`],
  ['wire-imports-contracts-and-errors', 'wire/a.ts', `import '../keys/ok.js';`],
  ['wire-entry', 'wire/index.ts', `import '../core/ok.js';`],
  ['keys-import-contracts-and-errors', 'keys/a.ts', `import '../wire/ok.js';`],
  ['core-knows-no-framework-and-no-store', 'core/a.ts', `import '@nestjs/common';`],
  ['core-knows-no-framework-and-no-store', 'core/b.ts', `import type { A } from 'lru-cache'; export type B = A;`],
  ['core-knows-no-framework-and-no-store', 'core/c.ts', `import '../providers/ok.js';`],
  ['providers-stand-alone', 'providers/a.ts', `import '../core/ok.js';`],
  ['generations-stand-alone', 'generations/a.ts', `import '../providers/ok.js';`],
  ['memory-joins-provider-and-generations', 'memory/a.ts', `import '../core/ok.js';`],
  ['codecs-stand-alone', 'codecs/a.ts', `import 'cbor-x';`],
  ['cbor-codec-entry', 'codecs/cbor.codec.ts', `import 'protobufjs';`],
  ['msgpackr-codec-entry', 'codecs/msgpackr.codec.ts', `import 'cbor-x';`],
  ['protobuf-codec-entry', 'codecs/protobuf.codec.ts', `import 'cbor-x';`],
  ['hooks-stand-alone', 'hooks/a.ts', `import '../nest/ok.js';`],
  ['redis-is-the-home-of-ioredis', 'redis/a.ts', `import '../core/ok.js';`],
  ['transactions-know-no-database', 'transactions/a.ts', `import 'typeorm';`],
  ['transactions-are-an-entry-only', 'nest/g.ts', `import '../transactions/ok.js';`],
  ['metrics-are-the-home-of-prom-client', 'metrics/a.ts', `import '../core/ok.js';`],
  ['health-is-the-home-of-terminus', 'health/a.ts', `import 'prom-client';`],
  ['otel-is-the-home-of-opentelemetry', 'otel/a.ts', `import '../nest/ok.js';`],
  ['what-watches-is-an-entry-only', 'nest/i.ts', `import '../metrics/ok.js';`],
  ['nest-is-the-top', 'nest/a.ts', `import 'ioredis';`],
  ['cli-is-core-over-redis', 'cli/a.ts', `import '@nestjs/common';`],
  ['cli-is-an-entry-only', 'nest/h.ts', `import '../cli/ok.js';`],
  ['every-file-has-a-layer', 'extra/a.ts', `import '../core/ok.js';`],
  ['parts-do-not-import-each-other', 'codecs/a.codec.ts', `import './b.codec.js';`],
  ['redis-is-loaded-dynamically', 'nest/b.ts', `export const load = () => import('../redis/ok.js');`],
  ['load-redis-imports-it-dynamically', 'nest/load-redis.ts', `import type { A } from '../redis/ok.js'; let a: A;`],
  ['optional-peer-codecs-are-entries-only', 'nest/c.ts', `import '../codecs/cbor.codec.js';`],
  ['nothing-imports-a-barrel', 'nest/d.ts', `import '../index.js';`],
  ['nothing-imports-testing', 'nest/e.ts', `import '../testing/ok.js';`],
  ['no-cycles', 'core/cycle.ts', `import './cycle-back.js';`],
  ['resolvable', 'core/d.ts', `import './nowhere.js';`],
  ['no-dead-files', 'core/dead.ts', `export const dead = 1;`],
];
// A room that imports one which comes after it, or the face of its layer; the last room of each imports one it does not
// name.
const BREACHES = [
  ['core-support', 'values'],
  ['core-values', 'support'],
  ['core-options', 'stores'],
  ['core-tags', 'stores'],
  ['core-stores', 'writing'],
  ['core-writing', 'access'],
  ['core-access', 'request'],
  ['core-request', 'loading'],
  ['core-loading', 'explain'],
  ['core-explain', 'loading'],
  ['core-verify', 'writing'],
  ['core-partition', 'writing'],
  ['redis-scripts', 'cells'],
  ['redis-cells', 'vetting'],
  ['redis-vetting', 'connection'],
  ['redis-connection', 'parts'],
  ['redis-leases', 'cells'],
  ['redis-parts', 'vetting'],
];
for (const [room, other] of BREACHES) {
  const folder = room.replace('-', '/');
  FORBIDDEN.push([`${room}-imports-the-rooms-before-it`, `${folder}/a.ts`, `import '../${other}/ok.js';`]);
}
FORBIDDEN.push(
  ['core-has-no-file-outside-its-rooms', 'core/stray.ts', `import './support/ok.js';`],
  ['redis-has-no-file-outside-its-rooms', 'redis/stray.ts', `import './cells/ok.js';`],
);

const ALLOWED = {
  'index.ts': `import './nest/ok.js'; import './nest/f.js';`,
  'codecs/b.codec.ts': `export const b = 1;`,
  'core/cycle-back.ts': `import './cycle.js';`,
  'nest/f.ts': `import './a.js';`,
  ...Object.fromEntries(
    [
      ...BREACHES.map(([room]) => room.replace('-', '/')),
      'common',
      'wire',
      'keys',
      'core',
      'metrics',
      'providers',
      'nest',
      'redis',
      'testing',
      'transactions',
      'cli',
    ].map((layer) => [`${layer}/ok.ts`, 'export type A = 1;']),
  ),
};
const PACKAGES = [
  '@nestjs/common',
  'cbor-x',
  'ioredis',
  'lru-cache',
  'msgpackr',
  'prom-client',
  'protobufjs',
  'typeorm',
];

const untested = config.forbidden.filter(({ name }) => !FORBIDDEN.some(([rule]) => rule === name));
assert.deepEqual(untested, [], 'every rule needs an import that breaks it');

const root = mkdtempSync(join(tmpdir(), 'import-rules-'));
const write = (path, text) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
try {
  write('tsconfig.build.json', '{ "compilerOptions": { "module": "nodenext", "target": "es2022" } }');
  for (const name of PACKAGES) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  for (const [path, text] of Object.entries(ALLOWED)) write(`lib/${path}`, text);
  for (const [, path, text] of FORBIDDEN) write(`lib/${path}`, text);

  const { modules, violations } = cruise(root);
  for (const [rule, file, text] of FORBIDDEN) {
    const found = violations.some(
      (violation) => violation.rule === rule && [violation.from, violation.to].includes(`lib/${file}`),
    );
    assert.ok(found, `${rule} did not report ${file}: ${text}`);
  }
  const blamedByMistake = violations.filter(({ rule, from }) => from.endsWith('/ok.ts') && rule !== 'no-dead-files');
  assert.deepEqual(blamedByMistake, []);
  assert.deepEqual(staticChain(modules, 'lib/index.ts', ['ioredis']), [
    'lib/index.ts',
    'lib/nest/f.ts',
    'lib/nest/a.ts',
    'node_modules/ioredis/index.js',
  ]);
  assert.equal(staticChain(modules, 'lib/core/ok.ts', ['ioredis']), undefined);

  write('lib/redis/index.ts', 'export const a = 1;');
  write(
    'lib/nest/load-redis.ts',
    `type Redis = typeof import('../redis/index.js'); export const load = (): Promise<Redis> => import('../redis/index.js');`,
  );
  const afterwards = cruise(root).violations.filter(
    ({ from, rule }) => from === 'lib/nest/load-redis.ts' && rule !== 'no-dead-files',
  );
  assert.deepEqual(afterwards, [], 'the one dynamic import of redis, and its type, are allowed');
  console.log(`${FORBIDDEN.length} forbidden imports, each reported`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
