/** What listeners are told of calls of one adapter, as by cache-manager. `error`: the call has rejected with it. */
export interface CasManagerEvents {
  readonly set: { readonly key: string; readonly value: unknown; readonly error?: unknown };
  readonly del: { readonly key: string; readonly error?: unknown };
  readonly clear: { readonly error?: unknown };
}

export type CasManagerListener<E extends keyof CasManagerEvents> = (event: CasManagerEvents[E]) => void;

/** Tells listeners what became of the calls of one adapter. A listener that throws harms no call. */
export class ManagerEvents {
  private readonly listeners = new Map<keyof CasManagerEvents, Set<(event: never) => void>>();

  on<E extends keyof CasManagerEvents>(event: E, listener: CasManagerListener<E>): void {
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known);
    known.add(listener);
  }

  off<E extends keyof CasManagerEvents>(event: E, listener: CasManagerListener<E>): void {
    this.listeners.get(event)?.delete(listener);
  }

  /** The outcome of the work, told to the listeners of each event. */
  async around<T, E extends keyof CasManagerEvents>(
    event: E,
    told: readonly CasManagerEvents[E][],
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      const result = await work();
      for (const each of told) this.emit(event, each);
      return result;
    } catch (error) {
      for (const each of told) this.emit(event, { ...each, error });
      throw error;
    }
  }

  private emit<E extends keyof CasManagerEvents>(event: E, told: CasManagerEvents[E]): void {
    for (const listener of this.listeners.get(event) ?? []) {
      try {
        listener(told as never);
      } catch {
        // A listener is a guest: its failure is not the caller's.
      }
    }
  }
}
