const CARRIED: ReadonlySet<unknown> = new Set<unknown>([
  Object.prototype,
  Array.prototype,
  Date.prototype,
  Map.prototype,
  Set.prototype,
  RegExp.prototype,
  Error.prototype,
  TypeError.prototype,
  RangeError.prototype,
  SyntaxError.prototype,
  ReferenceError.prototype,
  EvalError.prototype,
  URIError.prototype,
  Buffer.prototype,
  ArrayBuffer.prototype,
  null,
]);

/**
 * Says once, and by name, that instances of a class go into a codec that gives back plain objects: what a method finds on
 * a fresh value would be missing on a hit. Looks at the value, its elements and its properties, no deeper.
 */
export class ClassLossWatch {
  private readonly told = new Set<string>();

  /** @param warn undefined when the codec keeps classes, or nobody listens */
  constructor(private readonly warn: ((message: string) => void) | undefined) {}

  inspect(value: unknown): void {
    if (this.warn === undefined || typeof value !== 'object' || value === null) return;
    this.look(value, this.warn);
    const members: readonly unknown[] = Array.isArray(value) ? value.slice(0, 1) : Object.values(value);
    for (const member of members) {
      if (typeof member === 'object' && member !== null) this.look(member, this.warn);
    }
  }

  private look(value: object, warn: (message: string) => void): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (CARRIED.has(prototype) || ArrayBuffer.isView(value)) return;
    const name = className(prototype);
    if (this.told.has(name)) return;
    this.told.add(name);
    warn(
      `Instances of ${name} come back from this cache as plain objects, without their methods. ` +
        `Cache plain data, or give the namespace the codec new ClassCodec(inner, ${name}).`,
    );
  }
}

/** Of the prototype: an instance may have a property of its own that is called `constructor`. */
function className(prototype: unknown): string {
  const { constructor } = prototype as { readonly constructor?: unknown };
  return typeof constructor === 'function' ? constructor.name : 'a class without a name';
}
