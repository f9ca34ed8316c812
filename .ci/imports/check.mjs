// Who may import whom, checked over lib. The rules are in .dependency-cruiser.mjs.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cruise, staticChain } from './cruise.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { modules, violations } = cruise(root);
const problems = violations.map(({ rule, from, to }) => `${rule}: ${from} -> ${to}`);

// A cruiser that cannot parse the sources reports none of them, and no violation either.
const cruised = new Set(modules.map(({ source }) => source));
const files = readdirSync(`${root}lib`, { recursive: true }).filter((file) => file.endsWith('.ts'));
const unseen = files.map((file) => `lib/${file}`).filter((file) => !cruised.has(file));
problems.push(...unseen.map((file) => `not seen by dependency-cruiser: ${file}`));
if (files.length === 0) problems.push('lib holds no .ts file: nothing was checked');

const { peerDependenciesMeta } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const optionalPeers = Object.keys(peerDependenciesMeta).filter((name) => peerDependenciesMeta[name].optional);
const chain = staticChain(modules, 'lib/index.ts', optionalPeers);
if (chain !== undefined) problems.push(`importing the root loads an optional peer: ${chain.join(' -> ')}`);

for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
