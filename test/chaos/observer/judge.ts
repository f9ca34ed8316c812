import { hasIntents } from '../app/protocol.js';
import type { Contender } from '../app/protocol.js';

/** A read that returned a version older than it had to. */
export interface Stale {
  readonly contender: Contender;
  readonly row: string;
  readonly replica: number;
  readonly version: number;
  readonly floor: number;
  readonly hit: boolean;
}

/**
 * Knows, for each row, the oldest version that a read which begins now may return. Everything it is told comes to one
 * process, and a read begins for it when the request for it is sent: so the order of events here is the judge, no
 * clock.
 */
export class Judge {
  /** For every reader. */
  private readonly floors = new Map<string, number>();
  /** For readers in the replica whose own invalidation failed: it knows what the others cannot. */
  private readonly ownFloors = new Map<string, Map<string, number>>();

  /** What a read that begins now has to return at least. */
  floor(contender: Contender, row: string, replica: number): number {
    const own = this.ownFloors.get(`${replica}/${contender}`)?.get(row) ?? 0;
    return Math.max(this.floors.get(`${contender}/${row}`) ?? 0, own);
  }

  /** A write of the row was acknowledged: nobody may see an older one from now on. */
  acknowledged(contender: Contender, row: string, version: number): void {
    this.raise(this.floors, `${contender}/${row}`, version);
  }

  /**
   * A write of the row took effect. With intents that alone is enough: a hit equals the committed value, even before
   * the invalidation, and without it.
   */
  committed(contender: Contender, row: string, version: number): void {
    if (hasIntents(contender)) this.acknowledged(contender, row, version);
  }

  /** A write took effect and its invalidation failed. */
  owed(contender: Contender, row: string, replica: number, version: number): void {
    const owner = `${replica}/${contender}`;
    const own = this.ownFloors.get(owner) ?? new Map<string, number>();
    this.ownFloors.set(owner, own);
    this.raise(own, row, version);
  }

  /** Everything that the replica owed has landed. */
  landed(contender: Contender, replica: number): void {
    const owner = `${replica}/${contender}`;
    this.ownFloors.get(owner)?.forEach((version, row) => this.acknowledged(contender, row, version));
    this.ownFloors.delete(owner);
  }

  /** The replica ended, and what it owed went with it. */
  died(replica: number): void {
    for (const owner of this.ownFloors.keys()) if (owner.startsWith(`${replica}/`)) this.ownFloors.delete(owner);
  }

  private raise(floors: Map<string, number>, row: string, version: number): void {
    if (version > (floors.get(row) ?? 0)) floors.set(row, version);
  }
}
