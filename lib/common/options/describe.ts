/** At most so much of a text is repeated. */
const MOST_CHARACTERS = 40;

/** A given value, for a message. A text that may hold a secret is not repeated. */
export function describe(given: unknown): string {
  if (typeof given === 'number') return String(given);
  if (typeof given !== 'string') return kindOf(given);
  return mayHoldSecret(given) ? 'a text with an address in it' : `'${given.slice(0, MOST_CHARACTERS)}'`;
}

/** What a value is, without it. */
export function kindOf(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  if (Array.isArray(given)) return 'an array';
  return typeof given === 'object' ? 'an object' : `a ${typeof given}`;
}

/** A URL, given for the wrong option, has a password in it; so may what follows an `@`. */
function mayHoldSecret(text: string): boolean {
  return /:\/\/|@/.test(text);
}
