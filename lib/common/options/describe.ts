/** At most so much of a text is repeated. */
const MOST_CHARACTERS = 40;

/** A given value, for a message. Of a text that may hold a secret nothing is repeated. */
export function describe(given: unknown): string {
  if (typeof given === 'number' || given === null) return String(given);
  if (typeof given === 'object') return 'an object';
  if (typeof given !== 'string') return `a ${typeof given}`;
  return mayHoldSecret(given) ? 'a text with an address in it' : `'${given.slice(0, MOST_CHARACTERS)}'`;
}

/** A URL, given for the wrong option, has a password in it; so may what follows an `@`. */
function mayHoldSecret(text: string): boolean {
  return /:\/\/|@/.test(text);
}
