import { pathOf } from './path.js';

/** Why a value is not cached. */
export interface Refusal {
  /** Names a kind of refusal, so that each is said once. Bounded by the classes of the program. */
  readonly topic: string;
  readonly path: string;
  /** What is there and what to do about it, as sentences. Nothing of the value itself. */
  readonly message: string;
}

export type Remedy = keyof typeof REMEDIES;

const REMEDIES = {
  data: 'Return plain data from the loader, without it.',
  'used-up':
    'It is there for one reader, so each caller gets one of its own: cache what it contains, not what it is read from.',
  state:
    "Its state cannot be copied: cache plain data, or say how it is written and read, with the namespace's option types: { Name: { class, encode, decode } }.",
  class:
    "A hit would be a plain object: list the class in the namespace's option classes, or say how it is written and read, with types, or cache plain data.",
  size: 'Cache less under one key.',
} as const;

export function refusalOf(what: string, steps: readonly PropertyKey[], remedy: Remedy): Refusal {
  const path = pathOf(steps);
  return { topic: `${remedy}: ${what}`, path, message: `${path} is ${what}. ${REMEDIES[remedy]}` };
}

/** The refusal names all classes to list: one by one, each would take another start of the application. */
export function withClassesToList(refusal: Refusal, names: Iterable<string>): Refusal {
  const listable = [...names].filter((name) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name));
  if (listable.length === 0) return refusal;
  return { ...refusal, message: `${refusal.message} Not listed yet: classes: { ${listable.join(', ')} }.` };
}
