import type { Generation, GenerationReading } from '../../../lib/contracts/generation-store.js';
import { ABSENT } from '../../../lib/contracts/generation-store.js';
import type { Stage, StepName } from './stage.js';

/**
 * A server that several processes share, as Redis keeps a namespace: entries, generations, and a clock that has moved on
 * by a microsecond whenever anybody looks at it. Each command is a scheduling point and atomic. Nothing expires here: what
 * an expiry would do is a disaster, so that it can happen at every point.
 */
export class SimulatedServer {
  readonly entries = new Map<string, Uint8Array>();
  private readonly generations = new Map<string, Generation>();
  private micros = 1000;

  constructor(private readonly stage: Stage) {}

  command<T>(call: string, args: readonly unknown[], run: () => T): Promise<T> {
    const name: StepName = { place: 'server', call, args, remote: true };
    return this.stage.step(name, () => {
      this.micros++;
      return run();
    });
  }

  current(key: string): GenerationReading {
    return this.generations.get(key) ?? ABSENT;
  }

  issue(key: string): Generation {
    const issued = Math.max((this.generations.get(key) ?? 0) + 1, this.micros);
    this.generations.set(key, issued);
    return issued;
  }

  snapshot(key: string): Generation {
    return this.generations.get(key) ?? this.issue(key);
  }

  generationKeys(prefix: string): string[] {
    return [...this.generations.keys()].filter((key) => key.startsWith(prefix));
  }

  loseGeneration(key: string): void {
    this.generations.delete(key);
  }

  flush(): void {
    this.entries.clear();
    this.generations.clear();
  }
}
