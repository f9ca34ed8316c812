import { ABSENT, OPEN } from '../../../lib/contracts/generation-store.js';
import type { Generation, GenerationReading } from '../../../lib/contracts/generation-store.js';
import type { SettledIntent } from '../../../lib/contracts/intent-store.js';
import { setText } from './canonical.js';
import { FIRST_GENERATION, textOf } from './texts.js';

interface Cell {
  generation: Generation;
  /** The tokens of those who have it open. */
  readonly writers: Set<string>;
}

/**
 * The generations of a server, as the scripts of lib/redis keep them: a cell is absent, plain, or open under the tokens
 * of its writers, and carries its last generation then. The clock has moved on by a microsecond whenever anybody looks
 * at it.
 */
export class SimulatedCells {
  private readonly cells = new Map<string, Cell>();
  private micros = FIRST_GENERATION;

  tick(): void {
    this.micros++;
  }

  current(key: string): GenerationReading {
    const cell = this.cells.get(key);
    if (cell === undefined) return ABSENT;
    return cell.writers.size > 0 ? OPEN : cell.generation;
  }

  snapshot(key: string): Generation {
    const known = this.current(key);
    if (known === OPEN) return 0;
    return known === ABSENT ? this.issue(key) : known;
  }

  /** A new number. An open cell stays open. */
  issue(key: string): Generation {
    const cell = this.at(key);
    cell.generation = Math.max(cell.generation + 1, this.micros);
    return cell.generation;
  }

  open(key: string, token: string): void {
    this.at(key).writers.add(token);
  }

  renew(key: string, token: string): boolean {
    return this.cells.get(key)?.writers.has(token) ?? false;
  }

  settle(key: string, token: string): SettledIntent {
    const held = this.cells.get(key)?.writers.delete(token) ?? false;
    return { generation: this.issue(key), held };
  }

  /** Ends the generation. */
  clear(key: string): void {
    if (this.current(key) === OPEN) this.issue(key);
    else this.cells.delete(key);
  }

  /** The cell goes, of whatever state. */
  lose(key: string): void {
    this.cells.delete(key);
  }

  /** The deadline of a token has passed. A cell expires with the last of them. */
  lapse(key: string, token: string): void {
    const cell = this.cells.get(key);
    if (cell?.writers.delete(token) === true && cell.writers.size === 0) this.cells.delete(key);
  }

  keys(prefix = ''): string[] {
    return [...this.cells.keys()].filter((key) => key.startsWith(prefix));
  }

  tokens(): { readonly key: string; readonly token: string }[] {
    return [...this.cells].flatMap(([key, { writers }]) => [...writers].map((token) => ({ key, token })));
  }

  flush(): void {
    this.cells.clear();
  }

  text(): string {
    return [...this.cells]
      .map(([key, { generation, writers }]) => `${key}=${textOf(generation)}${setText([...writers].map(textOf))}`)
      .toSorted((one, other) => (one < other ? -1 : 1))
      .join('\n');
  }

  private at(key: string): Cell {
    const known = this.cells.get(key);
    if (known !== undefined) return known;
    const cell = { generation: 0, writers: new Set<string>() };
    this.cells.set(key, cell);
    return cell;
  }
}
