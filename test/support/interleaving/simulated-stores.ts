import type { AtomicReading, AtomicStore, FillAnswer } from '../../../lib/contracts/atomic-store.js';
import { ABSENT, OPEN } from '../../../lib/contracts/generation-store.js';
import type { Generation, GenerationReading } from '../../../lib/contracts/generation-store.js';
import type { CasProvider } from '../../../lib/contracts/provider.js';
import { unversionedKey } from '../../../lib/keys/storage-keys.js';
import { isOfTags, isUnknownFrame } from '../../../lib/wire/header.js';
import { HEADER_BYTES } from '../../../lib/wire/layout.js';
import { oneByOne } from './one-by-one.js';
import type { SimulatedGenerationStore } from './simulated-generations.js';
import type { SimulatedServer } from './simulated-server.js';

type Frame = Uint8Array;

/** The entries of a server. */
export class SimulatedProvider implements CasProvider<Frame> {
  readonly holds = 'bytes';
  readonly reach = 'shared';

  /** @param atomic what joins this with the generations of the same server, if anything does */
  constructor(
    private readonly server: SimulatedServer,
    private readonly atomic?: AtomicStore,
  ) {}

  atomicWith(): AtomicStore | undefined {
    return this.atomic;
  }

  get(key: string): Promise<Frame | undefined> {
    return this.server.ask('get', [key], () => this.server.entries.get(key));
  }

  getMany(keys: readonly string[]): Promise<(Frame | undefined)[]> {
    return this.server.ask('get', keys, () => keys.map((key) => this.server.entries.get(key)));
  }

  set(key: string, entry: Frame): Promise<boolean> {
    return this.server.command('set', [key, entry], () => {
      if (isNewer(this.server.entries.get(key), entry)) return false;
      this.server.entries.set(key, entry);
      return true;
    });
  }

  setMany(items: readonly { readonly key: string; readonly entry: Frame }[]): Promise<(boolean | Error)[]> {
    return oneByOne(items, ({ key, entry }) => this.set(key, entry));
  }

  delete(key: string): Promise<void> {
    return this.server.command('unlink', [key], () => {
      this.server.entries.delete(key);
    });
  }

  async deleteMany(keys: readonly string[]): Promise<undefined[]> {
    if (keys.length === 0) return [];
    return this.server.command('unlink', keys, () =>
      keys.map((key) => {
        this.server.entries.delete(key);
        return undefined;
      }),
    );
  }

  /** Nothing expires here, but asking takes a step all the same. */
  remainingTtl(key: string): Promise<number | undefined> {
    return this.server.ask('remaining ttl', [key], () => (this.server.entries.has(key) ? 60_000 : undefined));
  }

  /** Singles, then bulk entries, of all versions. */
  async clearNamespace(namespace: string): Promise<void> {
    for (const kind of ['single', 'bulk']) {
      const start = `${kind}:${namespace}`;
      const found = await this.server.ask('scan entries', [`${start}:`], () =>
        [...this.server.entries.keys()].filter((key) => key.startsWith(`${start}:`) || key.startsWith(`${start}@`)),
      );
      await this.deleteMany(found);
    }
  }

  close(): void {}
}

/** Both halves of a key in one step, as where they share a Cluster slot. */
export class SimulatedAtomicStore implements AtomicStore {
  constructor(
    private readonly server: SimulatedServer,
    private readonly newKeys = false,
  ) {}

  isNew(): boolean {
    return this.newKeys;
  }

  readOrIssue(key: string): Promise<AtomicReading> {
    const name = unversionedKey(key);
    const issue = (): Generation => this.server.cells.snapshot(name);
    return this.server.checkingCommand('read or issue', name, issue, () => {
      const reading = this.reading(key);
      const { generation } = reading;
      return generation === ABSENT || generation === OPEN ? { ...reading, issued: issue() } : reading;
    });
  }

  read(key: string): Promise<AtomicReading> {
    return this.server.check('read', [unversionedKey(key)], () => this.reading(key));
  }

  readMany(keys: readonly string[]): Promise<AtomicReading[]> {
    return this.server.check('read', keys.map(unversionedKey), () => keys.map((key) => this.reading(key)));
  }

  async readBulk(
    bulkKey: string,
    keys: readonly string[],
  ): Promise<{ entry: Frame | undefined; generations: GenerationReading[] }> {
    const entry = await this.server.ask('get', [bulkKey], () => this.server.entries.get(bulkKey));
    const current = (): GenerationReading[] => keys.map((key) => this.server.cells.current(key));
    return { entry, generations: await this.server.check('current', keys, current) };
  }

  fill(key: string, generation: Generation, entry: Frame): Promise<FillAnswer> {
    // A generation that is not current now never will be again.
    const isSpent = (): boolean => this.server.cells.current(unversionedKey(key)) !== generation;
    const fill = (): FillAnswer => {
      if (isSpent()) return false;
      if (isNewer(this.server.entries.get(key), entry)) return 'unknown-frame';
      this.server.entries.set(key, entry);
      return true;
    };
    return this.server.command('fill', [key, generation, entry], fill, isSpent);
  }

  fillMany(
    items: readonly { readonly key: string; readonly generation: Generation; readonly entry: Frame }[],
  ): Promise<(FillAnswer | Error)[]> {
    return oneByOne(items, ({ key, generation, entry }) => this.fill(key, generation, entry));
  }

  invalidate(key: string): Promise<Generation> {
    return this.server.command('invalidate', [key], () => {
      const issued = this.server.cells.issue(unversionedKey(key));
      this.server.entries.delete(key);
      return issued;
    });
  }

  invalidateMany(keys: readonly string[]): Promise<(Generation | Error)[]> {
    return oneByOne(keys, (key) => this.invalidate(key));
  }

  private reading(key: string): AtomicReading {
    return { entry: this.server.entries.get(key), generation: this.server.cells.current(unversionedKey(key)) };
  }
}

/**
 * The halves of a key one after the other, as where no Cluster slot has both. Only the check on every read keeps this
 * safe.
 */
export class SimulatedSteps implements AtomicStore {
  constructor(
    private readonly provider: SimulatedProvider,
    private readonly generations: SimulatedGenerationStore,
  ) {}

  async read(key: string): Promise<AtomicReading> {
    return { entry: await this.provider.get(key), generation: await this.generations.current(unversionedKey(key)) };
  }

  readMany(keys: readonly string[]): Promise<(AtomicReading | Error)[]> {
    return oneByOne(keys, (key) => this.read(key));
  }

  async readBulk(
    bulkKey: string,
    keys: readonly string[],
  ): Promise<{ entry: Frame | undefined; generations: (GenerationReading | Error)[] }> {
    return { entry: await this.provider.get(bulkKey), generations: await this.generations.currentMany(keys) };
  }

  async fill(key: string, generation: Generation, entry: Frame): Promise<FillAnswer> {
    if (!(await this.generations.extend(unversionedKey(key), generation))) return false;
    return (await this.provider.set(key, entry)) || 'unknown-frame';
  }

  fillMany(
    items: readonly { readonly key: string; readonly generation: Generation; readonly entry: Frame }[],
  ): Promise<(FillAnswer | Error)[]> {
    return oneByOne(items, ({ key, generation, entry }) => this.fill(key, generation, entry));
  }

  async invalidate(key: string): Promise<Generation> {
    const issued = await this.generations.bump(unversionedKey(key));
    await this.provider.delete(key);
    return issued;
  }

  invalidateMany(keys: readonly string[]): Promise<(Generation | Error)[]> {
    return oneByOne(keys, (key) => this.invalidate(key));
  }
}

/** As Redis does: an entry takes the place of no frame that its writer cannot read. */
function isNewer(there: Frame | undefined, entry: Frame): boolean {
  return there !== undefined && isUnknownFrame(there, isOfTags(entry[HEADER_BYTES - 1]));
}
