import type { Generation, GenerationReading, GenerationStore } from '../../../lib/contracts/generation-store.js';
import type { IntentStore, SettledIntent } from '../../../lib/contracts/intent-store.js';
import type { LoadLeases } from '../../../lib/contracts/load-leases.js';
import { oneByOne } from './one-by-one.js';
import type { SimulatedServer } from './simulated-server.js';
import { SimulatedTags } from './simulated-tags.js';

/** The generations of a server, by the commands that lib/redis sends. */
export class SimulatedGenerationStore implements GenerationStore {
  readonly reach = 'shared';
  readonly intents: IntentStore;
  readonly leases: LoadLeases;
  readonly tags: SimulatedTags;

  /** @param unlinks whether opening a key takes its entry away in the same step */
  constructor(
    private readonly server: SimulatedServer,
    unlinks: boolean,
  ) {
    this.intents = new SimulatedIntentStore(server, unlinks);
    this.leases = leasesOf(server);
    this.tags = new SimulatedTags(server);
  }

  current(key: string): Promise<GenerationReading> {
    return this.server.check('current', [key], () => this.server.cells.current(key));
  }

  currentMany(keys: readonly string[]): Promise<GenerationReading[]> {
    return this.server.check('current', keys, () => keys.map((key) => this.server.cells.current(key)));
  }

  snapshot(key: string): Promise<Generation> {
    return this.server.command('snapshot', [key], () => this.server.cells.snapshot(key));
  }

  snapshotMany(keys: readonly string[]): Promise<(Generation | Error)[]> {
    return oneByOne(keys, (key) => this.snapshot(key));
  }

  bump(key: string): Promise<Generation> {
    return this.server.command('bump', [key], () => this.server.cells.issue(key));
  }

  bumpMany(keys: readonly string[]): Promise<(Generation | Error)[]> {
    return oneByOne(keys, (key) => this.bump(key));
  }

  /** Only moves an expiry, and nothing expires here. */
  extend(key: string, generation: Generation): Promise<boolean> {
    return this.server.ask('extend', [key, generation], () => this.server.cells.current(key) === generation);
  }

  extendMany(
    items: readonly { readonly key: string; readonly generation: Generation }[],
  ): Promise<(boolean | Error)[]> {
    return oneByOne(items, ({ key, generation }) => this.extend(key, generation));
  }

  async clear(prefix: string): Promise<void> {
    const keys = await this.server.ask('scan generations', [], () => this.server.cells.keys(prefix));
    const cleared = await oneByOne(keys, (key) =>
      this.server.command('clear cell', [key], () => this.server.cells.clear(key)),
    );
    for (const result of cleared) if (result instanceof Error) throw result;
  }

  close(): void {}
}

function leasesOf(server: SimulatedServer): LoadLeases {
  const { leases } = server;
  return {
    acquire: (key, token, ms) => server.command('acquire', [key, token], () => leases.acquire(key, token, ms)),
    release: (key, token) => server.command('release', [key, token], () => leases.release(key, token)),
  };
}

class SimulatedIntentStore implements IntentStore {
  constructor(
    private readonly server: SimulatedServer,
    private readonly unlinks: boolean,
  ) {}

  open(keys: readonly string[], token: string): Promise<(undefined | Error)[]> {
    return oneByOne(keys, (key) =>
      this.server.command('open', [key, token], () => {
        this.server.cells.open(key, token);
        if (this.unlinks) this.server.entries.delete(key);
        return undefined;
      }),
    );
  }

  renew(keys: readonly string[], token: string): Promise<(boolean | Error)[]> {
    return oneByOne(keys, (key) =>
      this.server.command('renew', [key, token], () => this.server.cells.renew(key, token)),
    );
  }

  settle(keys: readonly string[], token: string): Promise<(SettledIntent | Error)[]> {
    return oneByOne(keys, (key) =>
      this.server.command('settle', [key, token], () => this.server.cells.settle(key, token)),
    );
  }

  mayHaveLostIntents(): boolean {
    return this.server.mayHaveLostIntents;
  }
}
