/** Defines an own property, whatever its name: an assignment to `__proto__` would change the prototype instead. */
export function defineOwn(object: object, name: string, value: unknown, enumerable = true): void {
  Object.defineProperty(object, name, { value, enumerable, writable: true, configurable: true });
}
