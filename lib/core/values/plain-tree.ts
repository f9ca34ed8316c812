import { types } from 'node:util';

/** Deeper than this, recursion might meet the end of the stack. */
const DEEPEST = 100;

/** Taken here once: fake timers replace the global, and a copy has the class of its original. */
const SystemDate = Date;

/**
 * A copy as `deepCopy` makes it, of a plain tree: plain objects, plain arrays and Dates, none of them reached twice.
 * `undefined` for anything else. What it made may be copied by `copyTree` for as long as no code writes to it.
 */
export function copyIfTree<T>(value: T): (T & object) | undefined {
  return isObject(value) ? (branchOnce(value, new Set(), 0) as (T & object) | undefined) : undefined;
}

/** What `deepCopy` does, for a plain tree only and several times as fast: nothing has to be remembered on the way. */
export function copyTree<T>(tree: T): T {
  return copyBranch(tree as object) as T;
}

/** Looks at each copy and not at its original, whose accessors may answer something else the next time. */
function branchOnce(branch: object, seen: Set<object>, depth: number): object | undefined {
  if (depth === DEEPEST || seen.has(branch)) return undefined;
  seen.add(branch);
  const prototype: unknown = Object.getPrototypeOf(branch);
  if (Array.isArray(branch)) return prototype === Array.prototype ? listOnce(branch, seen, depth) : undefined;
  if (prototype === SystemDate.prototype) return types.isDate(branch) ? new SystemDate(timeOf(branch)) : undefined;
  if (prototype !== Object.prototype) return undefined;
  const copy = { ...branch } as Record<string, unknown>;
  for (const key in copy) {
    const held = copy[key];
    if (!isObject(held) || !Object.hasOwn(copy, key)) continue;
    const part = branchOnce(held, seen, depth + 1);
    if (part === undefined) return undefined;
    copy[key] = part;
  }
  return Object.getOwnPropertySymbols(copy).length === 0 ? copy : undefined;
}

function listOnce(list: readonly unknown[], seen: Set<object>, depth: number): unknown[] | undefined {
  const copy = list.slice();
  for (let at = 0; at < copy.length; at++) {
    const held = copy[at];
    if (!isObject(held)) continue;
    const part = branchOnce(held, seen, depth + 1);
    if (part === undefined) return undefined;
    copy[at] = part;
  }
  return copy;
}

function copyBranch(branch: object): object {
  if (Array.isArray(branch)) return copyList(branch);
  if (branch instanceof SystemDate) return new SystemDate(timeOf(branch));
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

/** Not what this one object may have under the name `getTime`. */
function timeOf(date: Date): number {
  return SystemDate.prototype.getTime.call(date);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
