import { types } from 'node:util';

/** Deeper than this, recursion might meet the end of the stack. */
const DEEPEST = 100;

/** Taken here once: fake timers replace the global, and a copy has the class of its original. */
const SystemDate = Date;

/**
 * Whether `copyTree` may copy what `deepCopy` has made: plain objects, plain arrays and Dates, none of them reached twice.
 * Costs less than a copy does, and holds for as long as nobody writes to the value.
 */
export function isPlainTree(kept: unknown): boolean {
  return isObject(kept) && isBranch(kept, new Set(), 0);
}

/** What `deepCopy` does, for a plain tree only and several times as fast: nothing has to be remembered on the way. */
export function copyTree<T>(tree: T): T {
  return copyBranch(tree as object) as T;
}

function isBranch(branch: object, seen: Set<object>, depth: number): boolean {
  if (depth === DEEPEST || seen.has(branch)) return false;
  seen.add(branch);
  if (Array.isArray(branch)) {
    if (Object.getPrototypeOf(branch) !== Array.prototype) return false;
    for (const held of branch as unknown[]) if (isObject(held) && !isBranch(held, seen, depth + 1)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(branch);
  if (prototype !== Object.prototype) return prototype === SystemDate.prototype && types.isDate(branch);
  for (const key in branch) {
    const held = (branch as Record<string, unknown>)[key];
    if (isObject(held) && !isBranch(held, seen, depth + 1)) return false;
  }
  return Object.getOwnPropertySymbols(branch).length === 0;
}

function copyBranch(branch: object): object {
  if (Array.isArray(branch)) return copyList(branch);
  if (branch instanceof SystemDate) return new SystemDate(branch.getTime());
  const copy = { ...branch } as Record<string, unknown>;
  for (const key in copy) {
    const held = copy[key];
    // What others have put on `Object.prototype` since is listed here too, and is not the value's.
    if (isObject(held) && Object.hasOwn(copy, key)) copy[key] = copyBranch(held);
  }
  return copy;
}

function copyList(list: readonly unknown[]): unknown[] {
  const copy = list.slice();
  for (let at = 0; at < copy.length; at++) {
    const held = copy[at];
    if (isObject(held)) copy[at] = copyBranch(held);
  }
  return copy;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
