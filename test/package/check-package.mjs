// Checks the package as it would be published: the tarball, its types, and three applications that install it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkConsumer, checkRootLoadsNoOptionalPeer, CONSUMERS } from './consumers.mjs';
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

try {
  const packed = check('it packs', () => pack(root, folder));
  check('the tarball holds the package and nothing else', () => checkContents(root, packed));
  check('publint finds nothing', () => checkPublint(root, packed));
  check('the types resolve for every kind of import', () => checkAttw(root, packed));
  check('the types of the root name no optional peer', () => checkDeclarations(root));
  const folders = CONSUMERS.map((consumer) =>
    check(`${consumer.name} installs, compiles and runs it`, () => checkConsumer(consumer, packed.tarball, folder)),
  );
  for (const consumer of folders) {
    check(`importing the root loads no optional peer (${consumer.split('/').at(-1)})`, () =>
      checkRootLoadsNoOptionalPeer(consumer, Object.keys(peerDependenciesMeta)),
    );
  }
} catch (error) {
  console.error(`not ok  ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
