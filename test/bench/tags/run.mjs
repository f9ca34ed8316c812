// `npm run bench:tags`: what becomes of a value whose load began before a tag of it was invalidated. Builds the
// library, installs the contenders, and plays it on each.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepare } from '../cli/prepare.mjs';

const node = prepare();
const { status } = spawnSync(node, [fileURLToPath(new URL('race.mjs', import.meta.url))], { stdio: 'inherit' });
process.exitCode = status ?? 1;
