/** A connection, and whether it is to be closed with the part that has it. */
export interface Owned<C> {
  readonly connection: C;
  readonly owned: boolean;
}
