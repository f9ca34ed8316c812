import { SimulatedLeases } from '../simulated-leases.js';
import { SimulatedCells } from './simulated-cells.js';
import { TagCells } from './simulated-tags.js';
import type { Stage, StepName } from './stage.js';
import { textOf } from './texts.js';

/** A command that changed something, and could come a second time. */
export interface Sent {
  readonly name: StepName;
  readonly repeat: () => unknown;
}

/**
 * A server that several processes share, as Redis keeps a namespace: entries, and cells of generations. Each command is
 * a scheduling point and atomic. Nothing expires here: what an expiry would do is a trouble or a disaster, so that it
 * can happen at every point.
 */
export class SimulatedServer {
  readonly entries = new Map<string, Uint8Array>();
  readonly cells = new SimulatedCells();
  readonly tags = new TagCells();
  readonly leases = new SimulatedLeases(() => 0);
  readonly sent: Sent[] = [];
  /** Open cells were lost lately, and every process knows it. */
  mayHaveLostIntents = false;

  constructor(readonly stage: Stage) {}

  /** Something that leaves the server as it is. */
  ask<T>(call: string, args: readonly unknown[], run: () => T): Promise<T> {
    return this.stage.step({ place: 'server', call, args, remote: true }, run);
  }

  /** As `ask`, for the generations of keys: a hit is judged by what is committed at this moment. */
  check<T>(call: string, keys: readonly string[], run: () => T): Promise<T> {
    return this.ask(call, keys, () => {
      this.stage.checks(keys, call === 'read' && keys.length === 1);
      return run();
    });
  }

  /**
   * Something that changes the server. Carried out again, it may do so again.
   *
   * @param isSpent see `StepName`
   */
  command<T>(call: string, args: readonly unknown[], run: () => T, isSpent?: () => boolean): Promise<T> {
    const name: StepName = { place: 'server', call, args, remote: true, ...(isSpent && { isSpent }) };
    const carryOut = (): T => {
      this.cells.tick();
      return run();
    };
    return this.stage.step(name, () => {
      this.sent.push({ name, repeat: () => void carryOut() });
      return carryOut();
    });
  }

  /**
   * As `command`, by a read: a hit is judged by what is committed at this moment. @param again what repeating it does
   */
  checkingCommand<T>(call: string, key: string, again: () => unknown, run: () => T): Promise<T> {
    const name: StepName = { place: 'server', call, args: [key], remote: true };
    return this.stage.step(name, () => {
      this.stage.checks([key], true);
      this.cells.tick();
      const repeat = (): void => {
        this.cells.tick();
        again();
      };
      this.sent.push({ name, repeat });
      return run();
    });
  }

  flush(): void {
    this.entries.clear();
    this.cells.flush();
    this.tags.lose('clock');
    this.tags.lose('table');
  }

  text(): string {
    const entries = [...this.entries].map(([key, entry]) => `${key}=${textOf(entry)}`);
    const lost = this.mayHaveLostIntents ? 'intents may be lost' : '';
    const leases = this.leases.all().map(([key, token]) => `${key} is loaded by ${textOf(token)}`);
    return [
      this.cells.text(),
      this.tags.text(),
      ...leases,
      ...entries.toSorted((one, other) => (one < other ? -1 : 1)),
      lost,
    ].join('\n');
  }
}
