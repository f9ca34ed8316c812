/**
 * Some of a list, to be asked about together. What is answered for them is put back among the others, in the order of
 * all.
 */
export class Subset<T> {
  /** The items that were chosen, in their order. */
  readonly items: readonly T[];
  private readonly chosen: readonly boolean[];

  constructor(
    private readonly all: readonly T[],
    choose: (item: T, i: number) => boolean,
  ) {
    this.chosen = all.map(choose);
    this.items = all.filter((_, i) => this.chosen[i]);
  }

  /**
   * One result for each of all: of `made` for a chosen item, given its answer, and of `other` for the rest.
   *
   * @param answers in the order of `items`
   */
  putBack<A, R>(
    answers: readonly A[],
    made: (answer: A, item: T, i: number) => R,
    other: (item: T, i: number) => R,
  ): R[] {
    let next = 0;
    return this.all.map((item, i) => (this.chosen[i] === true ? made(answers[next++] as A, item, i) : other(item, i)));
  }
}
