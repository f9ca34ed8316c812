/**
 * Resolves when every promise that could settle has. Node carries out what waits for the next tick only once no
 * microtask is left, and this costs a tenth of a turn of the event loop.
 */
export function noMicrotaskLeft(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

/** The same for code that itself uses ticks, or waits for sockets. A macrotask begins only once neither is left. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
