/**
 * Every object that can be reached from `value`: through properties of any kind, entries of maps and sets, and views.
 */
export function reachable(value: unknown): Set<object> {
  const found = new Set<object>();
  const open: unknown[] = [value];
  while (open.length > 0) {
    const held = open.pop();
    if (typeof held !== 'object' || held === null || found.has(held)) continue;
    found.add(held);
    if (held instanceof Map) for (const [key, entry] of held) open.push(key, entry);
    if (held instanceof Set) open.push(...(held as Set<unknown>));
    if (ArrayBuffer.isView(held)) open.push(held.buffer);
    else for (const key of Reflect.ownKeys(held)) open.push((held as Record<PropertyKey, unknown>)[key]);
  }
  return found;
}
