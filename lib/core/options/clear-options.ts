/** What of a namespace is cleared. */
export interface ClearOptions {
  /** Only the keys of this partition, in a namespace that has partitions. Default: all keys. */
  readonly partition?: string | undefined;
}
