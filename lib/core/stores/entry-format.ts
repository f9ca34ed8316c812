import type { CasCodec } from '../../contracts/codec.js';
import type { Generation } from '../../contracts/generation-store.js';
import type { LiveEntry } from '../../contracts/provider.js';
import type { Stamp } from '../../contracts/stamp.js';
import { CasCacheError, CasDecodeError, CasEncodeError } from '../../errors.js';
import { singlePrefix } from '../../keys/storage-keys.js';
import { decodeEntry } from '../../wire/entry-frame.js';
import { payloadBytes } from '../../wire/payload.js';
import { encodeSingle } from '../../wire/single-frame.js';
import { encodeStamped } from '../../wire/stamped-frame.js';
import type { ClassLossWatch } from '../values/class-loss.js';
import type { Isolator } from '../values/isolation.js';

/**
 * How an entry carries its value and its generation: `S` is what a provider stores, `P` a value made ready to be stored,
 * before the generation is known to be current.
 */
export interface EntryFormat<V, S, P> {
  /** @throws CasEncodeError, CasValueError */
  prepare(key: string, value: V): P;
  /** @param stamp of a value that has a soft ttl */
  seal(generation: Generation, prepared: P, stamp?: Stamp): S;
  /** @throws CasCorruptFrameError */
  open(entry: S): ParsedEntry<P>;
  /**
   * @param isTree of what was opened
   * @throws CasDecodeError
   */
  value(key: string, prepared: P, isTree?: boolean): V;
}

export interface ParsedEntry<P> {
  readonly gen: Generation;
  readonly payload: P;
  /** Only of entries that have a soft ttl. */
  readonly stamp?: Stamp | undefined;
  /** Only of live values that have a shorter way to be handed out. */
  readonly isTree?: boolean | undefined;
}

/** What `LiveFormat` puts into an entry besides what everybody may rely on. A provider that drops it makes hits slower. */
interface OwnLiveEntry<V> extends LiveEntry<V> {
  readonly isTree?: boolean;
}

/** Values of this process, kept apart from callers as the isolation says. No codec. */
export class LiveFormat<V> implements EntryFormat<V, LiveEntry<V>, V> {
  /** Of what was prepared, until it is sealed. */
  private readonly trees = new WeakSet<object>();

  constructor(private readonly isolator: Isolator) {}

  prepare(_key: string, value: V): V {
    return this.isolator.keep(value, this.trees);
  }

  seal(gen: Generation, kept: V, stamp?: Stamp): OwnLiveEntry<V> {
    const entry = stamp === undefined ? { gen, payload: kept } : { gen, payload: kept, stamp };
    // A primitive is in no set.
    return this.trees.delete(kept as object) ? { ...entry, isTree: true } : entry;
  }

  open(entry: OwnLiveEntry<V>): ParsedEntry<V> {
    return entry;
  }

  value(_key: string, kept: V, isTree?: boolean): V {
    return this.isolator.hand(kept, isTree);
  }
}

/** Frames of wire format v1 around what the codec made of the value: plain ones, or stamped where there is a soft ttl. */
export class FramedFormat<V> implements EntryFormat<V, Uint8Array, Uint8Array> {
  /** Of storage keys. */
  private readonly prefix: string;

  constructor(
    private readonly namespace: string,
    private readonly codec: CasCodec<V>,
    private readonly classLoss: ClassLossWatch,
  ) {
    this.prefix = singlePrefix(namespace);
  }

  prepare(key: string, value: V): Uint8Array {
    try {
      this.classLoss.inspect(value);
      const payload = this.codec.encode(value, { storageKey: this.prefix + key });
      // What no frame can carry is refused here, where nothing was written yet.
      payloadBytes(payload);
      return payload;
    } catch (cause) {
      if (cause instanceof CasCacheError) throw cause;
      throw new CasEncodeError(
        'The codec could not encode the value; see the cause. Cache another shape, or choose another codec.',
        {
          namespace: this.namespace,
          key,
          cause,
        },
      );
    }
  }

  seal(generation: Generation, payload: Uint8Array, stamp?: Stamp): Uint8Array {
    return stamp === undefined ? encodeSingle(generation, payload) : encodeStamped(generation, stamp, payload);
  }

  open(frame: Uint8Array): ParsedEntry<Uint8Array> {
    return decodeEntry(frame);
  }

  value(key: string, payload: Uint8Array): V {
    let value: V | undefined;
    try {
      value = this.codec.decode(payload, { storageKey: this.prefix + key });
    } catch (cause) {
      if (cause instanceof CasDecodeError) throw cause;
      throw new CasDecodeError('The codec could not decode the entry.', { namespace: this.namespace, key, cause });
    }
    if (value === undefined) {
      throw new CasDecodeError('The codec decoded the entry to undefined.', { namespace: this.namespace, key });
    }
    return value;
  }
}
