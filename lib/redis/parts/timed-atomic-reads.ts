import type { AtomicReading, AtomicStore } from '../../contracts/atomic-store.js';
import { readingOf } from '../cells/generation-cell.js';
import type { GenerationFloor } from '../cells/generation-floor.js';
import type { KeyNames } from '../cells/key-names.js';
import type { ReadBatcher } from '../connection/read-batcher.js';
import type { TimedReply } from '../connection/read-scripts.js';

/**
 * Entries with their generations, and the time that they still have. What is asked for in one tick travels together.
 */
export class TimedAtomicReads implements Pick<AtomicStore, 'read' | 'readMany'> {
  constructor(
    private readonly reads: ReadBatcher<TimedReply>,
    private readonly names: KeyNames,
    private readonly floor: GenerationFloor,
  ) {}

  read(key: string): Promise<AtomicReading> {
    return this.reads.readPair(
      this.names.value(key),
      () => this.names.generation(key),
      (entry, cell) => this.reading(entry, cell, key),
    );
  }

  async readMany(keys: readonly string[]): Promise<(AtomicReading | Error)[]> {
    const values = keys.map((key) => this.names.value(key));
    const cells = keys.map((key) => this.names.generation(key));
    const replies = await this.reads.readMany(values.concat(cells));
    return keys.map((key, i) => {
      const entry = replies[i] as TimedReply | Error;
      const cell = replies[keys.length + i] as TimedReply | Error;
      if (entry instanceof Error) return entry;
      return cell instanceof Error ? cell : this.reading(entry, cell, key);
    });
  }

  private reading(entry: TimedReply, cell: TimedReply, key: string): AtomicReading {
    const generation = this.floor.see(readingOf(cell?.bytes ?? null, key));
    return { entry: entry?.bytes, generation, remainingMs: entry?.remainingMs };
  }
}
