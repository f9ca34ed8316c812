import { AsyncResource } from 'node:async_hooks';
import { performance as clock } from 'node:perf_hooks';
import * as platform from 'node:timers';

/** The timers of the platform, so that a test can drive them. */
export interface Timers {
  /** Monotonic, in milliseconds: deadlines and leases are counted by it. */
  now(): number;
  /** Monotonic, in milliseconds: what a user has set the age of is measured by it. Default: as `now`. */
  age?(): number;
  /** The time of day, in milliseconds since 1970. Default: `Date.now`. */
  wall?(): number;
  set(callback: () => void, ms: number): TimerHandle;
  /**
   * Calls back once what has arrived from the network was handed out. A timer that rings after the process was busy for
   * long comes before the replies that have been waiting in the sockets.
   */
  afterArrivals?(callback: () => void): void;
  /** As the function below. Without it, what would be done then is done at once. */
  atEndOfTick?(callback: () => void): void;
}

export interface TimerHandle {
  ref(): unknown;
  unref(): unknown;
  /** Calls it off. */
  close?(): unknown;
}

/*
 * What schedules the package's own work is taken now, when this module is loaded. A test that later puts fake timers in
 * the place of the platform's (jest, vitest, `node:test`) moves clocks, and with them how old entries are; but a
 * request that waits for its tick, or a deadline, must not wait until that test moves time.
 */
const { setTimeout, setImmediate } = platform;
const nextTick = process.nextTick.bind(process);

/** Real time, whatever a test has put in the place of the platform's clocks. Monotonic, in milliseconds. */
export const now: () => number = clock.now.bind(clock);

/**
 * Beyond this, 24 days, Node rings at once. What is further away rings then, too early; a deadline is looked at again.
 */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * The context of no request. Work in the background outlives the call that happened to set it going, and would keep
 * what that call had in its context (`AsyncLocalStorage`) for as long, and log and trace in its name.
 */
const NO_REQUEST = new AsyncResource('CasCacheTimers');

/** Runs work that belongs to no request. */
export function outsideRequests<T>(work: () => T): T {
  return NO_REQUEST.runInAsyncScope(work);
}

/** Calls back before the running turn of the event loop goes on to anything else, after the work that it is in. */
export function atEndOfTick(callback: () => void): void {
  nextTick(callback);
}

export const SYSTEM_TIMERS: Timers = Object.freeze({
  now,
  // Looked up at each call: a test that moves this clock moves ages.
  age: () => performance.now(),
  wall: () => Date.now(),
  set: (callback: () => void, ms: number) =>
    NO_REQUEST.runInAsyncScope(() => setTimeout(callback, Math.min(ms, LONGEST_TIMER))),
  afterArrivals: (callback: () => void) => void setImmediate(callback),
  atEndOfTick,
});

/** Calls `work` once, after so long. Answers how to call it off. Keeps no process alive. */
export function runAfter(timers: Timers, ms: number, work: () => void): () => void {
  const timer = timers.set(work, ms);
  timer.unref();
  return () => void timer.close?.();
}

/** Calls `work` again and again, so long after each call. Answers how to call it off. Keeps no process alive. */
export function runEvery(timers: Timers, ms: number, work: () => void): () => void {
  let stop: () => void;
  const again = (): void => {
    stop = runAfter(timers, ms, again);
    work();
  };
  stop = runAfter(timers, ms, again);
  return () => stop();
}
