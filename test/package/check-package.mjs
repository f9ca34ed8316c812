// Checks the package as it would be published: the tarball, its types, and three applications that install it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureRedis } from '../support/ensure-redis.mjs';
import { startRedis } from '../support/redis/redis-server.mjs';
import {
  checkCommandLine,
  checkConsumer,
  checkConsumerOnIovalkey,
  checkConsumerOnRedis,
  checkRootLoadsNoOptionalPeer,
  CONSUMERS,
} from './consumers.mjs';
import { checkDeclarations } from './declarations.mjs';
import { checkAttw, checkContents, checkPublint, pack } from './tarball.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { peerDependenciesMeta } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'package-check-'));

function check(name, body) {
  const result = body();
  console.log(`ok  ${name}`);
  return result;
}

ensureRedis();
const redis = await startRedis();
try {
  const packed = check('it packs', () => pack(root, folder));
  check('the tarball holds the package and nothing else', () => checkContents(root, packed));
  check('publint finds nothing', () => checkPublint(root, packed));
  check('the types resolve for every kind of import', () => checkAttw(root, packed));
  check('the types of the root name no optional peer', () => checkDeclarations(root));
  for (const consumer of CONSUMERS) {
    const { name, ioredis } = consumer;
    const application = check(`${name} installs, compiles and runs it`, () =>
      checkConsumer(consumer, packed.tarball, folder),
    );
    check(`${name} runs it on Redis, with iovalkey and without ioredis`, () =>
      checkConsumerOnIovalkey(application, redis.url),
    );
    check(`${name} runs it on Redis, with ioredis ${ioredis}`, () =>
      checkConsumerOnRedis(consumer, application, redis.url),
    );
    check(`${name} has the command line`, () => checkCommandLine(application, redis.url));
    check(`${name} loads no optional peer with the root`, () =>
      checkRootLoadsNoOptionalPeer(application, Object.keys(peerDependenciesMeta)),
    );
  }
} catch (error) {
  console.error(`not ok  ${error.message}`);
  process.exitCode = 1;
} finally {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}
