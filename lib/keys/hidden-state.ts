/** `Date` for a Date, `Object` for objects of the language and of classes: the tag that an object gives itself. */
export function typeTag(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/**
 * Why the own enumerable properties of an object may not be all that there is to it; `undefined` when they may be taken
 * for it. Private fields cannot be seen from outside: of a class that mixes them with properties nothing is noticed.
 */
export function hiddenState(value: object): string | undefined {
  const tag = typeTag(value);
  if (tag !== 'Object') return `is of type ${tag}`;
  if (Object.getOwnPropertySymbols(value).some((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol))) {
    return 'has a property named by a symbol';
  }

  if (isRoot(prototypeOf(value))) return undefined;
  const name = className(value);
  if ('toJSON' in value && typeof value.toJSON === 'function') return `is of class ${name}, which has a toJSON method`;
  if (Object.keys(value).length === 0 && keepsSomething(value)) return `is of class ${name} and shows no property`;
  return undefined;
}

/** Nothing, or an Object.prototype: also one of another realm. */
function isRoot(prototype: object | null): boolean {
  return prototype === null || prototype === Object.prototype || prototypeOf(prototype) === null;
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}

/**
 * Whether an object without enumerable properties must have a state all the same. A DTO whose optional fields are all
 * unset has none either. An object with methods or accessors has them to show a state.
 */
function keepsSomething(value: object): boolean {
  if (Reflect.ownKeys(value).length > 0) return true;
  for (let prototype = prototypeOf(value); prototype !== null; prototype = prototypeOf(prototype)) {
    if (isRoot(prototype)) return false;
    if (Reflect.ownKeys(prototype).some((key) => key !== 'constructor')) return true;
  }
  return false;
}

function className(value: object): string {
  const { constructor } = value;
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : '(anonymous)';
}
