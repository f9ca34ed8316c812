/** Names that compilers give to classes without one: every file may have one. */
const GIVEN = /^_?(?:default|class)(?:_\d+)?$/;

/** Three letters that read as a word (`Foo`, `API`). */
const WORD = /^(?:[A-Z][a-z]{2}|[A-Z]{3})$/;

/**
 * Whether a class's name looks as if a minifier or a compiler had made it: up to two characters (`t`, `ae`, `_1`),
 * three that are no word (`aBc`, `$e2`), or one that stands for none (`default_1`, `_class`).
 */
export function looksShortened(name: string): boolean {
  return name.length <= 2 || (name.length === 3 && !WORD.test(name)) || GIVEN.test(name);
}
