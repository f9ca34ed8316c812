import { AsyncLocalStorage } from 'node:async_hooks';

/** A running load, as far as others wait for it. */
export interface Awaited {
  readonly isOver: boolean;
  /** The loads that this one waits for now, one entry for each wait. */
  readonly waitsFor: Awaited[];
}

/** The loads that the running code is part of, from the innermost out. */
interface Link<L extends Awaited> {
  readonly load: L;
  readonly outer: Link<L> | undefined;
}

const chain = new AsyncLocalStorage<Link<Awaited>>();

/** Runs a loader, as part of its load. */
export function insideLoad<T>(load: Awaited, loader: () => T): T {
  return chain.run({ load, outer: chain.getStore() }, loader);
}

/** The loads that the running code is part of and that are not over, from the innermost out. */
export function enclosingLoads(): Awaited[] {
  const loads: Awaited[] = [];
  for (let link = chain.getStore(); link !== undefined; link = link.outer) if (!link.load.isOver) loads.push(link.load);
  return loads;
}

/** Whether waiting for `load` here would be waiting for oneself: it waits, maybe through others, for one that encloses this. */
export function wouldWaitForItself(load: Awaited): boolean {
  const enclosing = enclosingLoads();
  if (enclosing.length === 0) return false;
  const seen = new Set<Awaited>();
  const open = [load];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (enclosing.includes(next)) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...next.waitsFor);
  }
  return false;
}

/** Waits for a load, and lets it be known as long as that takes. */
export async function waitFor<T>(load: Awaited, end: Promise<T>): Promise<T> {
  const [innermost] = enclosingLoads();
  if (innermost === undefined) return end;
  return waiting(innermost, load, end);
}

/** As `waitFor`, for a load that waits. */
export async function waiting<T>(waiter: Awaited, load: Awaited, end: Promise<T>): Promise<T> {
  waiter.waitsFor.push(load);
  try {
    return await end;
  } finally {
    waiter.waitsFor.splice(waiter.waitsFor.indexOf(load), 1);
  }
}
