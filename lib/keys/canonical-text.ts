import { Buffer } from 'node:buffer';
import { isAnyArrayBuffer, isBoxedPrimitive, isDate, isMap, isSet } from 'node:util/types';
import { CasKeyError } from '../errors.js';
import { isWellFormed } from './assert-key.js';
import { hiddenState, typeTag } from './hidden-state.js';

const MAX_DEPTH = 100;
/** Bounds the work: objects that share parts can spell out to exponential length without a cycle. */
export const MAX_CHARACTERS = 1_048_576;

/** As the match of a RegExp has, or a Date that a library has put something on. */
const NAMED = 'has a named property besides what it holds';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const TO_ESCAPE = /['\\\n\r]/;

/** A well-formed string in single quotes. No two strings give the same text, and none ends before its last quote. */
export function quote(text: string): string {
  if (!TO_ESCAPE.test(text)) return `'${text}'`;
  return `'${text
    .replaceAll(/['\\]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)}'`;
}

/** Writes values as the text that `stableKey` documents. One instance serves one call. */
export class CanonicalText {
  private argument = 1;
  /** The objects around the value being written, and the step from each to the next. */
  private readonly ancestors: object[] = [];
  private readonly path: (number | string)[] = [];
  private characters = 0;

  /** @param argument which argument of the caller it is, from 1 */
  ofArgument(value: unknown, argument: number): string {
    this.argument = argument;
    return this.text(value);
  }

  private text(value: unknown): string {
    switch (typeof value) {
      case 'string':
        return isWellFormed(value) ? this.counted(quote(value)) : this.refuse('has a lone surrogate');
      case 'number':
      case 'boolean':
      case 'undefined':
        return this.counted(String(value));
      case 'bigint':
        return this.counted(`${value}n`);
      case 'object':
        return value === null ? this.counted('null') : this.object(value);
      default:
        return this.refuse(`is a ${typeof value}`);
    }
  }

  private object(value: object): string {
    if (isDate(value)) return hasNames(value, 0) ? this.refuse(NAMED) : this.counted(dateText(value));
    if (ArrayBuffer.isView(value)) return this.bytes(value, value.buffer, value.byteOffset, value.byteLength);
    if (isAnyArrayBuffer(value)) return this.bytes(value, value, 0, value.byteLength);

    if (this.ancestors.includes(value)) return this.refuse('is an object that contains itself');
    if (this.ancestors.length === MAX_DEPTH) return this.refuse(`is nested more than ${MAX_DEPTH} levels deep`);
    this.ancestors.push(value);
    const text = this.container(value);
    this.ancestors.pop();
    return text;
  }

  private container(value: object): string {
    if (Array.isArray(value)) return `[${this.elements(value)}]`;
    if ((isMap(value) || isSet(value)) && hasNames(value, 0)) return this.refuse(NAMED);
    if (isMap(value)) return `Map{${this.entries(value)}}`;
    if (isSet(value)) return `Set{${this.members(value)}}`;
    const hidden = isBoxedPrimitive(value) ? `is a boxed primitive, of type ${typeTag(value)}` : hiddenState(value);
    return hidden === undefined ? `{${this.properties(value)}}` : this.refuse(hidden);
  }

  private elements(array: readonly unknown[]): string {
    const texts: string[] = [];
    for (let i = 0; i < array.length; i++) {
      if (array[i] === undefined && !Object.hasOwn(array, i)) return this.refuse('is an array with holes');
      texts.push(this.at(i, array[i]));
    }
    return hasNames(array, array.length) ? this.refuse(NAMED) : texts.join(',');
  }

  private properties(object: object): string {
    const texts: string[] = [];
    for (const name of Object.keys(object).toSorted()) {
      const text = this.at(`.${name}`, (object as Record<string, unknown>)[name]);
      texts.push(`${this.name(name)}:${text}`);
    }
    return texts.join(',');
  }

  private entries(map: ReadonlyMap<unknown, unknown>): string {
    const texts: string[] = [];
    for (const [key, value] of map) {
      const i = texts.length;
      texts.push(`${this.at(`<key ${i}>`, key)}=>${this.at(`<value ${i}>`, value)}`);
    }
    return texts.toSorted().join(',');
  }

  private members(set: ReadonlySet<unknown>): string {
    const texts: string[] = [];
    for (const member of set) texts.push(this.at(`<member ${texts.length}>`, member));
    return texts.toSorted().join(',');
  }

  private bytes(value: object, memory: ArrayBufferLike, offset: number, length: number): string {
    this.spend(length * 2);
    return `${Buffer.isBuffer(value) ? 'Buffer' : typeTag(value)}(${Buffer.from(memory, offset, length).toString('hex')})`;
  }

  /** The text of a part. Every part costs a character at least, so that the walk ends. */
  private at(step: number | string, value: unknown): string {
    this.path.push(step);
    this.spend(1);
    const text = this.text(value);
    this.path.pop();
    return text;
  }

  private name(name: string): string {
    if (IDENTIFIER.test(name)) return this.counted(name);
    return isWellFormed(name)
      ? this.counted(quote(name))
      : this.refuse('has a property whose name has a lone surrogate');
  }

  private counted(text: string): string {
    this.spend(text.length);
    return text;
  }

  private spend(characters: number): void {
    this.characters += characters;
    if (this.characters > MAX_CHARACTERS) this.refuse(`makes a key of more than ${MAX_CHARACTERS} characters`);
  }

  private refuse(why: string): never {
    const at = this.path.length === 0 ? '' : `, at ${this.path.map(stepText).join('')},`;
    throw new CasKeyError(
      `Argument ${this.argument}${at} ${why}: no key can be built from it. Pass plain data that identifies the value, ` +
        'or build the key yourself (a decorator takes it as `key`).',
    );
  }
}

/** Whether it has own enumerable properties besides its `elements`, which would be lost. */
function hasNames(value: object, elements: number): boolean {
  return Object.keys(value).length > elements;
}

function dateText(date: Date): string {
  const time = date.getTime();
  return `Date(${Number.isNaN(time) ? 'invalid' : new Date(time).toISOString()})`;
}

/** Names of fields are shown. Other names may be data, and data stays out of messages. */
function stepText(step: number | string): string {
  if (typeof step === 'number') return `[${step}]`;
  return step.startsWith('<') || IDENTIFIER.test(step.slice(1)) ? step : '[…]';
}
