import type { Awaitable } from '../../contracts/awaitable.js';
import { Context } from '../support/context.js';

/** A running load, as far as others wait for it. */
export interface Awaited {
  readonly isOver: boolean;
  /** The loads that this one waits for now, one entry for each wait. */
  readonly waitsFor: Awaited[];
}

/** The loads that the running code is part of, from the innermost out. */
interface Link {
  readonly load: Awaited;
  readonly outer: Link | undefined;
}

const chain = new Context<Link>();

/** Runs a loader, as part of its load. The answer is what the loader came to. */
export async function insideLoad<T>(load: Awaited, loader: () => Awaitable<T>): Promise<T> {
  try {
    return await chain.runUntilLeft({ load, outer: innermost() }, loader);
  } finally {
    chain.leave();
  }
}

/** Runs work that is part of no load, whatever the caller is part of. */
export function outsideLoads<T>(work: () => T): T {
  return chain.outside(work);
}

/** The loads that the running code is part of and that are not over, from the innermost out. */
export function enclosingLoads(): Awaited[] {
  const loads: Awaited[] = [];
  for (let link = innermost(); link !== undefined; link = link.outer) if (!link.load.isOver) loads.push(link.load);
  return loads;
}

/** Whether the running code is part of a load of any cache. */
export function isInsideLoad(): boolean {
  return innermost() !== undefined;
}

/**
 * Those that are over are left out: what a loader leaves behind, such as a timer, may go on for ever, and begin others.
 */
function innermost(): Link | undefined {
  let link = chain.current;
  while (link?.load.isOver === true) link = link.outer;
  return link;
}

/**
 * Whether waiting for `load` here would be waiting for oneself: it waits, maybe through others, for one that encloses
 * this.
 */
export function wouldWaitForItself(load: Awaited): boolean {
  if (innermost() === undefined) return false;
  const enclosing = enclosingLoads();
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
  const waiter = innermost()?.load;
  return waiter === undefined ? end : waiting(waiter, load, end);
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
