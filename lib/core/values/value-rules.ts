import { isPending } from '../../common/attempt.js';
import type { CasCodec } from '../../contracts/codec.js';
import { CasUncacheableError } from '../../errors.js';
import { ClassBook } from './class-facts.js';
import type { ClassFacts, HasRules } from './class-facts.js';
import { deepCopy } from './deep-copy.js';
import { Inspection } from './inspection.js';
import type { InspectionRules } from './inspection.js';
import type { InstanceTable, ValueType } from './instance-table.js';
import type { Isolation } from './isolation.js';
import type { CopiersOfTypes } from './object-graph-copy.js';
import type { Refusal } from './refusal.js';
import { findUsedUp } from './used-up.js';

/** What becomes of an instance whose class a codec loses, where a plain object can stand for it. */
export type ClassLoss = 'plain' | 'refuse';

/** What a namespace says of its values. */
export interface ValueOptions {
  readonly namespace: string;
  readonly isolation: Isolation;
  /** `undefined`: as plain objects, and a warning says so once for each class. */
  readonly classLoss: ClassLoss | undefined;
}

/** What may be cached in one namespace, for every store alike: data, and instances that come back as what they were. */
export class ValueRules {
  /** `undefined` where there are no types, so that a copy asks nothing. */
  readonly copiers: CopiersOfTypes | undefined;
  private readonly book: ClassBook;
  private readonly inProcess: InspectionRules;
  private readonly inBytes: InspectionRules;

  /**
   * @param warn says that instances of a class come back as plain objects
   * @param hasRules whether a serialiser has rules for a class
   */
  constructor(
    private readonly options: ValueOptions,
    readonly instances: InstanceTable,
    codec: Pick<CasCodec, 'keepsClasses' | 'keepsClass'>,
    warn: (topic: string, message: string) => void,
    hasRules?: HasRules,
  ) {
    const { classLoss } = options;
    this.book = new ClassBook(hasRules);
    this.copiers = instances.hasTypes ? { of: (prototype) => copierOf(instances.of(prototype)?.type) } : undefined;
    this.inProcess = { book: this.book, isRegisteredType: (prototype) => instances.isType(prototype) };
    const lossOf = (prototype: object, facts: ClassFacts): string | undefined => {
      if (instances.of(prototype) !== undefined || keeps(codec, prototype)) return undefined;
      if (facts.more !== undefined) return `, whose ${facts.more} would be lost`;
      if (classLoss === 'refuse') return ', whose class would be lost';
      if (classLoss === undefined) warn(`class loss of ${facts.name}`, asPlain(facts.name));
      return undefined;
    };
    this.inBytes = { ...this.inProcess, lossOf };
  }

  /**
   * Before a value is kept in process.
   *
   * @returns whether it is a plain tree, where that is known
   * @throws CasUncacheableError
   */
  assertKept(key: string, value: unknown): boolean | undefined {
    if (this.options.isolation === 'reference') {
      this.refuse(key, findUsedUp(value, this.book));
      return undefined;
    }
    const inspection = new Inspection(this.inProcess);
    this.refuse(key, inspection.refusalOf(value));
    return inspection.isTree;
  }

  /** Before a value is encoded. @throws CasUncacheableError */
  assertEncoded(key: string, value: unknown): void {
    this.refuse(key, new Inspection(this.inBytes).refusalOf(value));
  }

  /** Whether several callers may have one loaded value, each a copy of its own. */
  mayBeShared(value: unknown): boolean {
    const { isolation } = this.options;
    const refusal =
      isolation === 'reference' ? findUsedUp(value, this.book) : new Inspection(this.inProcess).refusalOf(value);
    return refusal === undefined;
  }

  /** What one more caller gets of a value that may be shared. */
  share<V>(value: V): V {
    return this.options.isolation === 'reference' ? value : deepCopy(value, this.copiers);
  }

  private refuse(key: string, refusal: Refusal | undefined): void {
    if (refusal === undefined) return;
    const { namespace } = this.options;
    throw new CasUncacheableError(refusal, { namespace, key });
  }
}

function keeps(codec: Pick<CasCodec, 'keepsClasses' | 'keepsClass'>, prototype: object): boolean {
  if (codec.keepsClasses !== true || codec.keepsClass === undefined) return codec.keepsClasses === true;
  const answer: unknown = codec.keepsClass(prototype);
  // A promise is none of the two answers.
  if (isPending(answer)) answer.then(undefined, () => undefined);
  return answer === true;
}

function copierOf(type: ValueType | undefined): ((instance: object) => object) | undefined {
  return type && ((instance) => type.decode(deepCopy(type.encode(instance))) as object);
}

function asPlain(name: string): string {
  return (
    `Instances of ${name} come back from this cache as plain objects. List the class in the namespace's option classes, ` +
    `as in classes: { ${name} }, or say classLoss: 'plain' if that is meant.`
  );
}
