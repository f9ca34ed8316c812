import type { ReadResult } from '../stores/backend.js';
import type { SelectedBackend } from '../stores/select-backend.js';
import type { Guard } from '../support/guard.js';
import type { OperationTimer } from '../support/operation-timer.js';
import type { Reporter } from '../support/reporter.js';
import type { AccessPolicy } from './access-policy.js';
import { HitVeto } from './hit-veto.js';
import type { ReadGuard } from '../options/read-guard.js';
import { Miss } from '../stores/miss.js';
import { ManyKeyAccess } from './many-key-access.js';
import type { BulkSeed } from '../options/bulk-seed.js';
import { SingleKeyAccess } from './single-key-access.js';
import type { Snapshots } from './snapshots.js';

/** What both ways to the keys of a namespace are made of. */
export interface AccessParts<V> {
  readonly selected: SelectedBackend<V>;
  readonly snapshots: Snapshots;
  readonly guard: Guard;
  readonly reporter: Reporter;
  readonly policy: AccessPolicy;
  readonly bulkSeed: BulkSeed;
  readonly timer: OperationTimer | undefined;
}

/** One key at a time, and many: with a read guard, no hit leaves either that it has not let pass. */
export function accessTo<V>(
  parts: AccessParts<V>,
  readGuard: ReadGuard | undefined,
): { readonly singleKey: SingleKeyAccess<V>; readonly manyKeys: ManyKeyAccess<V> } {
  const { selected, snapshots, guard, reporter, policy, bulkSeed, timer } = parts;
  const { backend } = selected;
  if (readGuard === undefined) {
    return {
      singleKey: new SingleKeyAccess(backend, snapshots, guard, reporter, policy, timer),
      manyKeys: new ManyKeyAccess(selected, snapshots, guard, policy, bulkSeed, timer),
    };
  }
  const remove = async (key: string): Promise<void> => {
    const [failed] = await backend.drop([key]);
    if (failed !== undefined) throw failed;
  };
  const veto = new HitVeto<V>(readGuard, remove, guard, reporter);
  return {
    singleKey: new GuardedSingleKeyAccess(veto, backend, snapshots, guard, reporter, policy, timer),
    manyKeys: new GuardedManyKeyAccess(veto, selected, snapshots, guard, policy, bulkSeed, timer),
  };
}

class GuardedSingleKeyAccess<V> extends SingleKeyAccess<V> {
  constructor(
    private readonly veto: HitVeto<V>,
    ...parts: ConstructorParameters<typeof SingleKeyAccess<V>>
  ) {
    super(...parts);
  }

  override read(key: string): ReadResult<V> | Promise<ReadResult<V>> {
    return this.veto.judge(key, super.read(key));
  }

  protected override async readOrIssue(key: string): Promise<ReadResult<V>> {
    return this.veto.judge(key, await super.readOrIssue(key));
  }

  protected override readLocal(key: string): ReadResult<V> | Promise<ReadResult<V>> | undefined {
    const local = super.readLocal(key);
    return local === undefined ? undefined : this.veto.judge(key, local);
  }
}

class GuardedManyKeyAccess<V> extends ManyKeyAccess<V> {
  constructor(
    private readonly veto: HitVeto<V>,
    ...parts: ConstructorParameters<typeof ManyKeyAccess<V>>
  ) {
    super(...parts);
  }

  override async read(keys: readonly string[]): Promise<readonly ReadResult<V>[]> {
    const found = await super.read(keys);
    const judged = await Promise.all(found.map(async (each, i) => this.veto.judge(keys[i] as string, each)));
    if (judged.some((each, i) => each !== found[i])) {
      // One frame may have held all that was found. It serves no member again; the others are found by themselves.
      this.dropFrame(keys.filter((_, i) => !(found[i] instanceof Miss)));
    }
    return judged;
  }
}
