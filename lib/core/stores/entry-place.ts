import { inspectEntries } from '../../common/inspect-entries.js';
import type { GenerationReading } from '../../contracts/generation-store.js';
import type { InspectedEntry } from '../../contracts/inspection.js';
import type { MissReason } from '../../contracts/outcomes.js';
import type { CasProvider } from '../../contracts/provider.js';
import { CasUnknownFrameError } from '../../errors.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import { frameKindOf } from '../../wire/header.js';
import type { FrameKind } from '../../wire/header.js';
import { passed, prove, vouched } from './checked-entry.js';
import type { CurrentEntry, ParsedEntry } from './checked-entry.js';
import type { EntryFormat } from './entry-format.js';
import type { NearLease } from './near-lease.js';

/** Where an entry stands: with its generation in this process, in a tier in front, or in the store of the namespace. */
export type PlaceName = 'process' | 'near' | 'store';

/** One place of entries, for a look that is no read: it heals nothing, counts nothing, and moves nothing. */
export interface Place<V> {
  readonly name: PlaceName;
  /** Whether entry and generation of a key are in one cell, which a writer that opens the key ends. */
  readonly inCells: boolean;
  /** The copies that are there, the nearest first. @throws what the provider throws */
  look(key: string): Promise<readonly PlacedEntry<V>[]>;
  /** What a loaded value would be once it was stored here, and read. @throws why it cannot be stored */
  replay(key: string, value: V): V;
}

/** An entry as it was found in a place. Of its value nothing is known until it was proven. */
export interface PlacedEntry<V> {
  readonly tier: string | undefined;
  readonly remainingMs: number | undefined;
  /** Only of frames. */
  readonly bytes: number | undefined;
  readonly kind: 'live' | FrameKind;
  /** What it says, or why it says nothing. */
  readonly parsed: ParsedEntry<unknown> | MissReason;
  /** The entry, if the reading proves it. */
  current(reading: GenerationReading): CurrentEntry<unknown> | undefined;
  /** How to have its value, if the read lease stands for it. */
  leased(lease: Pick<NearLease, 'vouches'>): (() => V) | undefined;
  /**
   * To be called once its tags have nothing against it. @throws CasDecodeError
   *
   * @param refusal what they have against it: nothing
   */
  value(current: CurrentEntry<unknown>, refusal: undefined): V;
}

export class EntryPlace<V, S, P> implements Place<V> {
  constructor(
    readonly name: PlaceName,
    private readonly provider: CasProvider<S>,
    private readonly format: EntryFormat<V, S, P>,
    private readonly keys: NamespaceKeys,
    readonly inCells = false,
  ) {}

  async look(key: string): Promise<readonly PlacedEntry<V>[]> {
    const copies = await inspectEntries(this.provider, this.keys.value(key));
    return copies.map((copy) => this.place(key, copy));
  }

  replay(key: string, value: V): V {
    return this.format.replay(key, this.format.prepare(key, value));
  }

  private place(key: string, { entry, remainingMs, tier }: InspectedEntry<S>): PlacedEntry<V> {
    const isFrame = entry instanceof Uint8Array;
    return {
      tier,
      remainingMs,
      bytes: isFrame ? entry.byteLength : undefined,
      kind: isFrame ? frameKindOf(entry) : 'live',
      parsed: this.parse(entry),
      current: (reading) => prove(reading, this.format.open(entry)),
      leased: (lease) => {
        const look = { vouches: (name: string, found: ParsedEntry<unknown>) => lease.vouches(name, found, true) };
        const checked = vouched(look, key, this.format.open(entry));
        return checked && (() => this.format.value(key, checked));
      },
      value: (current, refusal) => this.format.value(key, passed(current as CurrentEntry<P>, refusal)),
    };
  }

  private parse(entry: S): ParsedEntry<unknown> | MissReason {
    try {
      return this.format.open(entry);
    } catch (cause) {
      return cause instanceof CasUnknownFrameError ? 'unknown-frame' : 'corrupt';
    }
  }
}
