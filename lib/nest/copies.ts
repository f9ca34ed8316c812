/**
 * The copies of this package that are loaded in the process, each by an object of its own: the one thing that two
 * applications share. It only warns.
 */
const REGISTER = Symbol.for('nestjs-cascache.copies');
const THIS_COPY = Object.freeze({});

/** How many copies made a module so far, this one among them. */
export function copiesHere(): number {
  const home = globalThis as { [REGISTER]?: Set<object> };
  home[REGISTER] ??= new Set();
  home[REGISTER].add(THIS_COPY);
  return home[REGISTER].size;
}
