interface Inside {
  readonly components: {
    readonly readThrough: { readonly planner: { readonly loads: { readonly running: ReadonlyMap<string, unknown> } } };
  };
}

/** How many keys a cache holds a load of: what nobody can see from outside, but the memory of the process. */
export function runningLoads(cache: object): number {
  return (cache as Inside).components.readThrough.planner.loads.running.size;
}
