import { CasConfigError } from '../errors.js';
import { classOf, labelOf } from './decorators/decorated-methods.js';
import type { CachedMethod } from './decorators/decorated-methods.js';
import { classNamesIn, keyPrefix } from './decorators/default-key.js';
import { looksShortened } from './decorators/shortened-names.js';

/** What the default keys of an application begin with, and whose they are, so that no two classes share any. */
export class KeyNames {
  /** Which class, by its prototype, has the default keys that begin so. */
  private readonly owners = new Map<string, object>();
  /** Which class declares the methods that have a `keyName`. */
  private readonly named = new Map<string, CachedMethod>();
  private readonly shortened = new Map<string, Set<string>>();

  /**
   * @param namespace as a message names it
   * @throws CasConfigError for default keys, or a `keyName`, that another class of the namespace has
   */
  claim(method: CachedMethod, prototype: object, namespace: string): void {
    this.claimName(method, namespace);
    const prefix = `${namespace} ${keyPrefix(method, prototype)}`;
    const type = classOf(prototype);
    const other = this.owners.get(prefix);
    if (other !== undefined && other !== type) {
      throw new CasConfigError(
        `Two classes have the default keys of ${labelOf(method)} in namespace ${namespace}, because they have one name: rename one, or give one of them a \`keyName\`, a \`key\` or a namespace of its own.`,
      );
    }
    this.owners.set(prefix, type);
    this.noteNames(method, prototype, namespace);
  }

  /** What is to be said of names that were claimed since the last time: for each namespace a message. */
  takeWarnings(): ReadonlyMap<string, string> {
    const messages = [...this.shortened].map(
      ([namespace, names]) => [namespace, warningOf(namespace, [...names])] as const,
    );
    this.shortened.clear();
    return new Map(messages);
  }

  private claimName(method: CachedMethod, namespace: string): void {
    if (method.keyName === undefined) return;
    const name = `${namespace} ${method.keyName}`;
    const other = this.named.get(name);
    if (other !== undefined && other.owner !== method.owner) {
      throw new CasConfigError(
        `${labelOf(method)} and ${labelOf(other)} are of two classes and have one keyName in namespace ${namespace}: give each class its own.`,
      );
    }
    this.named.set(name, method);
  }

  private noteNames(method: CachedMethod, prototype: object, namespace: string): void {
    const names = classNamesIn(method, prototype).filter(looksShortened);
    if (names.length === 0) return;
    const known = this.shortened.get(namespace) ?? new Set();
    this.shortened.set(namespace, known);
    for (const name of names) known.add(name);
  }
}

function warningOf(namespace: string, names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');
  return `Default keys of namespace ${namespace} begin with class names that a minifier or compiler made: ${shown}. Another build may give such a name to another class, which is then served foreign rows. Let the bundler keep the names of classes (esbuild: keepNames; SWC and Terser: keep_classnames), or give @CasCached a keyName.`;
}
