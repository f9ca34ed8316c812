/** Where something is in a value, for a message: `the value`, `.orders[1].total`. */
export function pathOf(steps: readonly PropertyKey[]): string {
  return steps.length === 0 ? 'the value' : steps.map(stepOf).join('');
}

/** Names of code and positions. What may be data, such as the key of a dictionary, is not shown. */
function stepOf(key: PropertyKey): string {
  const name = String(key);
  if (typeof key === 'symbol' || /^\d{1,10}$/.test(name)) return `[${name}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]{0,63}$/u.test(name) ? `.${name}` : '[…]';
}
