import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../node_modules/dependency-cruiser/bin/dependency-cruise.mjs', import.meta.url));
const config = fileURLToPath(new URL('../../.dependency-cruiser.mjs', import.meta.url));

/**
 * Runs dependency-cruiser with the repository's rules over `lib` in `root`.
 *
 * @param {string} root directory that holds `lib` and `tsconfig.build.json`
 * @returns {{ modules: object[], violations: { rule: string, from: string, to: string }[] }}
 */
export function cruise(root) {
  const args = [bin, '--config', config, '--output-type', 'json', 'lib'];
  const json = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const { modules, summary } = JSON.parse(json);
  return { modules, violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })) };
}

/** Imports of types alone: the compiler leaves nothing of them. */
const ERASED = ['type-only', 'type-import'];

/**
 * The chain of imports through which a static import of `entry` loads one of `packages`, if there is one.
 *
 * @returns {string[] | undefined}
 */
export function staticChain(modules, entry, packages) {
  const bySource = new Map(modules.map((module) => [module.source, module]));
  const seen = new Set([entry]);
  const queue = [[entry]];
  for (let chain = queue.shift(); chain !== undefined; chain = queue.shift()) {
    const source = chain.at(-1);
    if (packages.some((name) => source.startsWith(`node_modules/${name}/`))) return chain;
    for (const { resolved, dynamic, dependencyTypes } of bySource.get(source)?.dependencies ?? []) {
      const loads = !dynamic && !dependencyTypes.some((type) => ERASED.includes(type));
      if (!loads || seen.has(resolved)) continue;
      seen.add(resolved);
      queue.push([...chain, resolved]);
    }
  }
  return undefined;
}
