/** Reads that travel as one request, and what came of it. */
export class Batch<R> {
  readonly keys: string[] = [];
  /** Ends when the request has, whatever came of it. Its readers wait for this one promise. */
  readonly ended: Promise<void>;
  /** From now on its replies may be older than an invalidation that a reader already knows of. */
  isSent = false;
  private outcome: readonly R[] | Error | undefined;
  private end: () => void = () => undefined;
  // A lone read is not looked for, and needs no map.
  private places: Map<string, number> | undefined;
  /** So many of the keys are of readers who alone ask for them. */
  private lone = 0;
  /** So many of the keys are in `places`. */
  private placed = 0;
  private firstPair: number | undefined;
  /** Where the other pairs are, by the first key of each; the second stands behind it. */
  private pairs: Map<string, number> | undefined;

  /** @param number tells it from other batches */
  constructor(readonly number: number) {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  /** Where the key is in the request: where it was, if it is asked for already. */
  place(key: string): number {
    if (this.keys.length === 0) return this.keys.push(key) - 1;
    this.places ??= new Map();
    for (; this.placed < this.keys.length; this.placed++)
      this.places.set(this.keys[this.placed] as string, this.placed);
    return this.places.get(key) ?? this.keys.push(key) - 1;
  }

  /** Where a key is that only one reader asks for. */
  placeAlone(key: string): number {
    this.lone++;
    return this.keys.push(key) - 1;
  }

  /** Whether no reader can ask for a key that is in the request already. */
  get isOnlyLone(): boolean {
    return this.lone === this.keys.length;
  }

  /** Where the pair is that begins with the key, if it is asked for already. */
  pairOf(one: string): number | undefined {
    const first = this.firstPair;
    return first !== undefined && this.keys[first] === one ? first : this.pairs?.get(one);
  }

  placePair(one: string, other: string): number {
    const index = this.keys.push(one, other) - 2;
    if (this.firstPair === undefined) this.firstPair = index;
    else (this.pairs ??= new Map()).set(one, index);
    return index;
  }

  /** The reply in a place, or why there is none. To be asked for once the batch has ended. */
  replyAt(index: number): R | Error {
    const { outcome } = this;
    return outcome instanceof Error ? outcome : (outcome?.[index] as R);
  }

  /** @throws why the request failed */
  takeAt(index: number): R {
    const { outcome } = this;
    if (outcome instanceof Error) throw outcome;
    return outcome?.[index] as R;
  }

  /** @param outcome the replies in the order of the keys, or why there are none */
  settle(outcome: readonly R[] | Error): void {
    this.outcome = outcome;
    // What only the request needed does not wait for the slowest of its readers.
    this.places = undefined;
    this.pairs = undefined;
    this.end();
  }
}
