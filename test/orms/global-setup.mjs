// Installs the libraries under test when the first spec asks for them (installed.ts), so that a run without those specs
// does not wait for it, and two workers never install at the same time.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { openDesk } from '../support/desk.mjs';
import { install } from '../support/install.mjs';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const PRISMA = join(FOLDER, 'prisma');

/** Kept for the tear-down, which runs in this process. */
const desks = [];

export default async function globalSetup() {
  const libraries = await openDesk(() => install(FOLDER));
  const prisma = await openDesk(installPrisma);
  process.env.CASCACHE_TEST_ORMS = String(libraries.port);
  process.env.CASCACHE_TEST_PRISMA = String(prisma.port);
  desks.push(libraries, prisma);
}

export async function closeDesks() {
  await Promise.all(desks.splice(0).map((desk) => desk.close()));
}

/** `generate` asks for a program that Prisma's own server has, and does without what that would answer. */
async function installPrisma() {
  await install(PRISMA);
  const cli = join(PRISMA, 'node_modules', 'prisma', 'build', 'index.js');
  await promisify(execFile)(process.execPath, [cli, 'generate', '--schema', 'schema.prisma'], {
    cwd: PRISMA,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
}
