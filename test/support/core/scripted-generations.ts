import type { Awaitable } from '../../../lib/contracts/awaitable.js';
import { ABSENT, OPEN } from '../../../lib/contracts/generation-store.js';
import type { Generation, GenerationReading, GenerationStore } from '../../../lib/contracts/generation-store.js';
import type { LoadLeases } from '../../../lib/contracts/load-leases.js';
import { CasMalformedGenerationError } from '../../../lib/errors.js';
import type { CallLog } from './call-log.js';
import { Script } from './script.js';
import { ScriptedIntents } from './scripted-intents.js';
import { ScriptedTags } from './scripted-tags.js';

interface Claim {
  readonly key: string;
  readonly generation: Generation;
}

/** A generation store over a map: every call is noted and can be made to fail. Whole storage keys; nothing expires. */
export class ScriptedGenerations implements GenerationStore {
  readonly cells = new Map<string, GenerationReading | 'malformed'>();
  /** The ttl that a generation was last extended for. */
  readonly lives = new Map<string, number>();
  readonly script: Script;
  readonly intents: ScriptedIntents;
  readonly tags: ScriptedTags;
  /** None by default. Caches that are made from now on ask them. */
  leases: LoadLeases | undefined;
  /** Which part of the store has a key. By default it has no parts. */
  partOf: (key: string) => string | undefined = () => undefined;
  closed = 0;
  private mark = 1_000;

  constructor(
    readonly reach: 'process' | 'shared',
    log: CallLog,
  ) {
    this.script = new Script('generations', log, reach === 'process' ? 'at once' : 'later');
    this.intents = new ScriptedIntents(this, log);
    this.tags = new ScriptedTags(reach, log);
  }

  current(key: string): Awaitable<GenerationReading> {
    return this.script.run('current', [key], () => this.read(key));
  }

  currentMany(keys: readonly string[]): Awaitable<readonly (GenerationReading | Error)[]> {
    return this.script.run('currentMany', keys, () =>
      this.script.each('currentMany', keys, (key) => this.tryRead(key)),
    );
  }

  snapshot(key: string): Awaitable<Generation> {
    return this.script.run('snapshot', [key], () => this.observe(key));
  }

  snapshotMany(keys: readonly string[]): Awaitable<readonly (Generation | Error)[]> {
    return this.script.run('snapshotMany', keys, () =>
      this.script.each('snapshotMany', keys, (key) => this.observe(key)),
    );
  }

  bump(key: string): Awaitable<Generation> {
    return this.script.run('bump', [key], () => this.issue(key));
  }

  bumpMany(keys: readonly string[]): Awaitable<readonly (Generation | Error)[]> {
    return this.script.run('bumpMany', keys, () => this.script.each('bumpMany', keys, (key) => this.issue(key)));
  }

  extend(key: string, generation: Generation, ttlMs: number): Awaitable<boolean> {
    return this.script.run('extend', [key], () => this.prolong({ key, generation }, ttlMs));
  }

  extendMany(items: readonly Claim[], ttlMs: number): Awaitable<readonly (boolean | Error)[]> {
    const keys = items.map(({ key }) => key);
    return this.script.run('extendMany', keys, () =>
      this.script.each('extendMany', items, (item) => this.prolong(item, ttlMs)),
    );
  }

  clear(prefix: string): Awaitable<void> {
    return this.script.run('clear', [prefix], () => {
      for (const [key, cell] of this.cells) if (key.startsWith(prefix) && cell !== OPEN) this.cells.delete(key);
    });
  }

  close(): Awaitable<void> {
    return this.script.run('close', [], () => void this.closed++);
  }

  // What others do to the store. Not noted.

  issue(key: string): Generation {
    const next = ++this.mark;
    if (this.cells.get(key) !== OPEN) this.cells.set(key, next);
    return next;
  }

  lose(key: string): void {
    this.cells.delete(key);
  }

  open(key: string): void {
    this.cells.set(key, OPEN);
  }

  malform(key: string): void {
    this.cells.set(key, 'malformed');
  }

  /** @throws CasMalformedGenerationError */
  read(key: string): GenerationReading {
    const cell = this.cells.get(key) ?? ABSENT;
    if (cell === 'malformed') throw new CasMalformedGenerationError('The cell is not a generation.', { key });
    return cell;
  }

  tryRead(key: string): GenerationReading | Error {
    try {
      return this.read(key);
    } catch (cause) {
      return cause as Error;
    }
  }

  prolong({ key, generation }: Claim, ttlMs: number): boolean {
    if (this.cells.get(key) !== generation) return false;
    this.lives.set(key, ttlMs);
    return true;
  }

  private observe(key: string): Generation {
    const cell = this.cells.get(key);
    if (cell === OPEN) return 0;
    return typeof cell === 'number' ? cell : this.issue(key);
  }
}
