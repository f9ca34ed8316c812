import type { CasCodec, CodecContext } from '../../contracts/codec.js';
import type { Generation } from '../../contracts/generation-store.js';
import type { LiveEntry } from '../../contracts/provider.js';
import type { Stamp } from '../../contracts/stamp.js';
import type { TagStamp } from '../../contracts/tag-store.js';
import { CasCacheError, CasDecodeError, CasEncodeError } from '../../errors.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import { decodeEntry } from '../../wire/entry-frame.js';
import { isUnknownFrame } from '../../wire/header.js';
import { payloadBytes } from '../../wire/payload.js';
import { encodeSingle } from '../../wire/single-frame.js';
import { encodeStamped } from '../../wire/stamped-frame.js';
import { decodeTagged, encodeTagged } from '../../wire/tagged-frame.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';
import type { CheckedEntry, ParsedEntry } from './checked-entry.js';
import { planOf, PreparedPlans, UNPLANNED } from '../values/copy-plan.js';
import type { CopyPlan } from '../values/copy-plan.js';
import type { Isolator } from '../values/isolation.js';
import { markInstances, reviveInstances } from '../values/marked-instances.js';
import type { ValueRules } from '../values/value-rules.js';

/** What an entry carries besides its value and its generation. */
export interface EntryMarks {
  /** Only of a value that has a soft ttl. */
  readonly stamp?: Stamp | undefined;
  /** Only in a namespace with tags. */
  readonly tagged?: TagStamp | undefined;
}

/**
 * How an entry carries its value and its generation: `S` is what a provider stores, `P` a value made ready to be
 * stored, before the generation is known to be current.
 */
export interface EntryFormat<V, S, P> {
  /** @throws CasEncodeError, CasValueError */
  prepare(key: string, value: V): P;
  /** @param marks what else the entry carries */
  seal(generation: Generation, prepared: P, marks?: EntryMarks): S;
  /** @throws CasUnknownFrameError, CasCorruptFrameError */
  open(entry: S): ParsedEntry<P>;
  /** Whether only a newer build, or a process with the option `tags`, can read the entry. */
  isUnknown(entry: S): boolean;
  /** Whether it is a whole frame of a process with the option `tags`. */
  isTagged(entry: S): boolean;
  /** @throws CasDecodeError */
  value(key: string, checked: CheckedEntry<P>): V;
  /** What readers would get of a value that was prepared here. For values of loaders, never for entries. */
  replay(key: string, prepared: P): V;
}

/**
 * What `LiveFormat` puts into an entry besides what every reader may rely on. A provider that drops it makes hits
 * slower.
 */
interface OwnLiveEntry<V> extends LiveEntry<V> {
  plan?: CopyPlan;
  /** The answer to all readers that share the value. */
  answer?: Promise<V>;
}

/** Values of this process, kept apart from callers as the isolation says. No codec. */
export class LiveFormat<V> implements EntryFormat<V, LiveEntry<V>, V> {
  /** How to copy the plain trees among what was prepared, until it is sealed. */
  private readonly plans = new PreparedPlans();

  /** @param rules absent where every value comes from a codec that makes nothing but data */
  constructor(
    private readonly isolator: Isolator,
    private readonly rules: ValueRules | undefined,
  ) {}

  prepare(key: string, value: V): V {
    return this.isolator.keep(value, this.plans, this.rules?.assertKept(key, value));
  }

  seal(gen: Generation, kept: V, { stamp, tagged }: EntryMarks = {}): OwnLiveEntry<V> {
    const entry = stamp === undefined ? { gen, payload: kept } : { gen, payload: kept, stamp };
    const plan = this.plans.take(kept);
    if (tagged === undefined) return plan === undefined ? entry : { ...entry, plan };
    return plan === undefined ? { ...entry, tagged } : { ...entry, tagged, plan };
  }

  open(entry: OwnLiveEntry<V>): ParsedEntry<V> {
    return entry;
  }

  isUnknown(): boolean {
    return false;
  }

  isTagged(): boolean {
    return false;
  }

  value(_key: string, checked: CheckedEntry<V>): V {
    // Readers have one entry in common, and so what the first of them finds out.
    if (checked.plan === UNPLANNED) (checked as OwnLiveEntry<V>).plan = planOf(checked.payload as object);
    return this.isolator.hand(checked.payload, checked.plan);
  }

  replay(_key: string, kept: V): V {
    this.plans.take(kept);
    return kept;
  }

  /** As `value`, for one that waits: those that share the value share a promise, too. */
  answer(key: string, checked: CheckedEntry<V>): Promise<V> {
    if (!this.isolator.sharesHits) return Promise.resolve(this.value(key, checked));
    return ((checked as OwnLiveEntry<V>).answer ??= Promise.resolve(checked.payload));
  }
}

/**
 * Before a payload with marked instances: no UTF-8 text and no MessagePack begins with 0xC1. The table's fingerprint
 * follows.
 */
const MARKED = Buffer.of(0xc1, 0xe2);

/**
 * Frames of wire format v1 around what the codec made of the value: plain ones, stamped ones where there is a soft ttl,
 * and in a namespace with tags tagged ones alone.
 */
export class FramedFormat<V> implements EntryFormat<V, Uint8Array, Uint8Array> {
  /** `undefined` where the namespace lists no class: its payloads are the codec's own bytes. */
  private readonly header: Buffer | undefined;

  constructor(
    private readonly keys: NamespaceKeys,
    private readonly codec: CasCodec<V>,
    private readonly rules: ValueRules,
    private readonly tags: Pick<NamespaceTags, 'isOn' | 'isAsked'> | undefined,
  ) {
    const { instances } = rules;
    this.header = instances.isEmpty ? undefined : Buffer.concat([MARKED, instances.fingerprint]);
  }

  prepare(key: string, value: V): Uint8Array {
    this.rules.assertEncoded(key, value);
    try {
      const payload = this.encode(value, { storageKey: this.keys.value(key) });
      // What no frame can carry is refused here, where nothing was written yet.
      payloadBytes(payload);
      return payload;
    } catch (cause) {
      if (cause instanceof CasCacheError) throw cause;
      throw new CasEncodeError(
        'The codec could not encode the value; see the cause. Cache another shape, or choose another codec.',
        {
          namespace: this.keys.namespace,
          key,
          cause,
        },
      );
    }
  }

  seal(generation: Generation, payload: Uint8Array, { stamp, tagged }: EntryMarks = {}): Uint8Array {
    if (tagged !== undefined) return encodeTagged(generation, this.marked(tagged), payload, stamp);
    return stamp === undefined ? encodeSingle(generation, payload) : encodeStamped(generation, stamp, payload);
  }

  open(frame: Uint8Array): ParsedEntry<Uint8Array> {
    return decodeEntry(frame, this.tags?.isOn);
  }

  isUnknown(frame: Uint8Array): boolean {
    return isUnknownFrame(frame, this.tags?.isOn);
  }

  /** Whether the frame is a whole one with tags: of a damaged frame it is not known which build wrote it. */
  isTagged(frame: Uint8Array): boolean {
    try {
      decodeTagged(frame);
      return true;
    } catch {
      return false;
    }
  }

  value(key: string, checked: CheckedEntry<Uint8Array>): V {
    return this.decode(key, checked.payload);
  }

  /**
   * What the codec gives back of a value that was prepared here. To be used for values of loaders, never for entries.
   */
  replay(key: string, prepared: Uint8Array): V {
    return this.decode(key, prepared);
  }

  /** The code of a process without the option names no tags, also where the value should carry some. */
  private marked(tagged: TagStamp): TagStamp {
    return this.tags?.isAsked === false ? { ...tagged, mayLackTags: true } : tagged;
  }

  private decode(key: string, payload: Uint8Array): V {
    let value: V | undefined;
    try {
      value = this.read(payload, { storageKey: this.keys.value(key) });
    } catch (cause) {
      if (cause instanceof CasDecodeError) throw cause;
      throw new CasDecodeError('The codec could not decode the entry.', { namespace: this.keys.namespace, key, cause });
    }
    if (value === undefined) {
      throw new CasDecodeError('The codec decoded the entry to undefined.', { namespace: this.keys.namespace, key });
    }
    return value;
  }

  private encode(value: V, context: CodecContext): Uint8Array {
    if (this.header === undefined) return this.codec.encode(value, context);
    return Buffer.concat([this.header, this.codec.encode(markInstances(value, this.rules.instances) as V, context)]);
  }

  private read(payload: Uint8Array, context: CodecContext): V {
    const { header } = this;
    if (header === undefined) return this.codec.decode(payload, context);
    if (header.compare(payload, 0, header.length) !== 0) {
      throw new CasDecodeError(
        'The entry was written with other classes and types than this namespace lists: give it a valueVersion when they change.',
        { namespace: this.keys.namespace },
      );
    }
    return reviveInstances(this.codec.decode(payload.subarray(header.length), context), this.rules.instances) as V;
  }
}
