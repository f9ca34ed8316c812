import { copyTree } from './plain-tree.js';

/** Taken here once: fake timers replace the global, and a copy has the class of its original. */
const SystemDate = Date;

type Kind = 'record' | 'list' | 'rows' | 'date' | 'unknown';

/**
 * Where the objects are in a plain tree that is kept, so that a copy of it looks at no other property. A hit makes the
 * plan, and not the fill: most entries are read seldom. Each tree has its own, or shares a constant: plans that were
 * looked up by the shape of a value were slower where there are many shapes.
 */
export class CopyPlan {
  /**
   * @param keys the properties that hold objects; of rows, which all do, none
   * @param parts a plan for each of them; of rows, the one of all
   */
  constructor(
    readonly kind: Kind,
    readonly keys: readonly PropertyKey[] = [],
    readonly parts: readonly CopyPlan[] = [],
  ) {}
}

// What most values are made of has one plan for all.
const FLAT_RECORD = new CopyPlan('record');
const FLAT_LIST = new CopyPlan('list');
const DATE = new CopyPlan('date');

/** The plan of a tree that no hit has looked at yet. */
export const UNPLANNED = new CopyPlan('unknown');

/** The plans of values that were prepared to be kept, until they are stored. */
export class PreparedPlans {
  private readonly plans = new WeakMap<object, CopyPlan>();

  add(kept: object): void {
    this.plans.set(kept, UNPLANNED);
  }

  /** `undefined` for what has no shorter way to be copied. */
  take(kept: unknown): CopyPlan | undefined {
    // A primitive has none, which a weak map answers, too.
    const plan = this.plans.get(kept as object);
    if (plan !== undefined) this.plans.delete(kept as object);
    return plan;
  }
}

/** @param tree what `copyIfTree` made, which no code writes to */
export function planOf(tree: object): CopyPlan {
  if (tree instanceof SystemDate) return DATE;
  if (Array.isArray(tree)) return planOfList(tree);
  const keys = Object.keys(tree).filter((key) => isObject((tree as Record<string, unknown>)[key]));
  if (keys.length === 0) return FLAT_RECORD;
  return new CopyPlan(
    'record',
    keys,
    keys.map((key) => planOf((tree as Record<string, object>)[key] as object)),
  );
}

/** What `deepCopy` does, for the tree that the plan is of. */
export function copyByPlan<T>(tree: T, plan: CopyPlan): T {
  return plan === UNPLANNED ? copyTree(tree) : (copyBranch(tree as object, plan) as T);
}

function planOfList(list: readonly unknown[]): CopyPlan {
  const keys: number[] = [];
  const parts: CopyPlan[] = [];
  list.forEach((held, at) => {
    if (!isObject(held)) return;
    const before = parts.at(-1);
    const part = planOf(held);
    keys.push(at);
    // Rows are alike: one plan is kept of them.
    parts.push(before !== undefined && areEqual(before, part) ? before : part);
  });
  if (keys.length === 0) return FLAT_LIST;
  const [first] = parts;
  const areRows = keys.length === list.length && parts.every((part) => part === first);
  return areRows ? new CopyPlan('rows', [], [first as CopyPlan]) : new CopyPlan('list', keys, parts);
}

function areEqual(one: CopyPlan, other: CopyPlan): boolean {
  if (one === other) return true;
  return (
    one.kind === other.kind &&
    one.keys.length === other.keys.length &&
    one.keys.every((key, i) => key === other.keys[i]) &&
    one.parts.every((part, i) => areEqual(part, other.parts[i] as CopyPlan))
  );
}

function copyBranch(branch: object, { kind, keys, parts }: CopyPlan): object {
  if (kind === 'date') return new SystemDate(SystemDate.prototype.getTime.call(branch));
  const copy = kind === 'record' ? { ...branch } : (branch as unknown[]).slice();
  const held = copy as Record<PropertyKey, object>;
  if (kind === 'rows') {
    const part = parts[0] as CopyPlan;
    for (let at = 0; at < (copy as unknown[]).length; at++) held[at] = copyBranch(held[at] as object, part);
    return copy;
  }
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as PropertyKey;
    held[key] = copyBranch(held[key] as object, parts[i] as CopyPlan);
  }
  return copy;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
