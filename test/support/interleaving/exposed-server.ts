import { OPEN } from '../../../lib/contracts/generation-store.js';
import type { SimulatedServer } from './simulated-server.js';
import type { StepName } from './stage.js';
import type { Exposed } from './world.js';

const QUESTIONS = new Set(['current', 'read', 'get', 'extend', 'scan generations', 'scan entries', 'remaining ttl']);

/** What may befall a simulated server. */
export class ExposedServer implements Exposed {
  lost: readonly string[] | undefined;

  constructor(private readonly server: SimulatedServer) {}

  get sent(): Exposed['sent'] {
    return this.server.sent;
  }

  plain(): string[] {
    return this.server.cells.keys().filter((key) => this.server.cells.current(key) !== OPEN);
  }

  open(): string[] {
    return this.server.cells.keys().filter((key) => this.server.cells.current(key) === OPEN);
  }

  held(): string[] {
    return [...this.server.entries.keys()];
  }

  tokens(): { readonly key: string; readonly token: string }[] {
    return this.server.cells.tokens();
  }

  loseCell(key: string): void {
    this.server.cells.lose(key);
  }

  loseValue(key: string): void {
    this.server.entries.delete(key);
  }

  lapse(key: string, token: string): void {
    this.server.cells.lapse(key, token);
  }

  restart(): void {
    this.lost = [...(this.lost ?? []), ...this.server.cells.tokens().map(({ token }) => token)];
    this.server.flush();
    this.server.mayHaveLostIntents = true;
  }

  recover(): void {
    this.lost = undefined;
    this.server.mayHaveLostIntents = false;
  }

  changes({ call }: StepName): boolean {
    return !QUESTIONS.has(call);
  }
}
