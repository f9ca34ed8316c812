import { now as realTime } from '../../common/timers.js';
import { CasUnavailableError } from '../../errors.js';
import type { KeyNames } from '../cells/key-names.js';
import { markerName, OLDER_MARKER } from './marker.js';
import type { DirectCommands } from '../scripts/direct-commands.js';
import { ScriptDialect } from '../scripts/script-dialect.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import type { Argument, Command } from '../scripts/script-runner.js';
import { scanPage, timeMs } from '../scripts/server-commands.js';
import { CLEAR_CELL } from '../scripts/scripts.js';
import type { Script } from '../scripts/script-text.js';
import { DROP_TAGS } from '../scripts/tag-scripts.js';
import { identityOf } from './server-info.js';
import type { ServerIdentity } from './server-info.js';
import type { VettingProgress } from './vetting-progress.js';
import { MARK } from './vetting-scripts.js';

/** A master that brings back no generation from before something was lost. */
export interface Vetted {
  readonly runId: string;
  readonly replId: string;
  /** Since when it has been this master, by the server's clock: what its marker says. */
  readonly since: string;
  /** The same by the monotonic clock here. What was open on its predecessor at that time may have been lost. */
  readonly changedAt: number;
}

interface Running {
  readonly progress: VettingProgress;
  readonly vetted: Promise<Vetted>;
}

const MARKER_TTL_MS = 86_400_000;
const PAGE = 1_000;
/** More than the masters of a Cluster and their restarts. */
const MAX_KNOWN = 10_000;

/**
 * Finds out whether a master may have lost something, and makes it safe then.
 *
 * The danger: a server that starts from an old snapshot, or a replica that is promoted without the last bumps, brings
 * back an old value together with its old generation, and nothing in the pair shows it. So each master carries a marker
 * that says which server it is. Is that another one than this, or not there, all plain generations are removed, and the
 * clocks of tags with what was invalidated by them, and the marker is written after that. Open cells stay, under
 * another number. The marker of an older build speaks for generations, which are then kept.
 *
 * What may happen meanwhile:
 * - A bump, by a process that need not know of the change: it issues a number that was never there. If it is removed,
 *   that is a miss.
 * - Another process vets too: both remove, and the first one finds its first fills removed once.
 * - The server ends, or is replaced: the marker is written only by the server whose ids were asked for, and only while
 *   it still has them.
 */
export class Vetting {
  private readonly known = new Map<string, Vetted>();
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly names: KeyNames,
    private readonly prefix: string,
    private readonly isCluster: boolean,
    private readonly dialect = new ScriptDialect(() => undefined),
    private readonly now: () => number = realTime,
  ) {}

  /**
   * Resolves when the server at the other end may be trusted. Rejects for every fault.
   *
   * @param tell is handed how far it is, where the generations of the server have to be removed
   */
  async vet(commands: DirectCommands, tell: (progress: VettingProgress) => void = () => undefined): Promise<Vetted> {
    const identity = await identityOf(commands);
    const id = `${identity.runId}:${identity.replId}`;
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const running = this.running.get(id) ?? this.start(commands, identity);
    this.running.set(id, running);
    tell(running.progress);
    try {
      const vetted = await running.vetted;
      this.remember(id, vetted);
      return vetted;
    } finally {
      this.running.delete(id);
    }
  }

  /**
   * Writes the marker again, whose loss would cost later starters every generation. `false`: this is another master
   * now.
   */
  async renew(commands: DirectCommands, { runId, replId, since }: Vetted): Promise<boolean> {
    return (await this.mark(commands, [replId, runId, MARKER_TTL_MS, since])) !== '0';
  }

  private start(commands: DirectCommands, identity: ServerIdentity): Running {
    const progress = { keysSeen: 0, since: this.now() };
    return { progress, vetted: this.examine(commands, identity, progress) };
  }

  private async examine(
    commands: DirectCommands,
    identity: ServerIdentity,
    progress: VettingProgress,
  ): Promise<Vetted> {
    const found = await this.look(commands, identity);
    if (found !== undefined) return found;
    const byOlder = await this.look(commands, identity, OLDER_MARKER);
    await this.drop(commands, progress, byOlder === undefined);
    const { runId, replId, ageMs } = identity;
    const since = await this.mark(commands, [replId, runId, MARKER_TTL_MS, '', ageMs]);
    if (since === '0') throw new CasUnavailableError('this server became another master while it was being vetted');
    return { runId, replId, since, changedAt: this.now() - ageMs };
  }

  private async look(
    commands: DirectCommands,
    { runId, replId }: ServerIdentity,
    marker?: string,
  ): Promise<Vetted | undefined> {
    const name = await markerName(commands, this.prefix, this.isCluster, marker);
    if (name === undefined) return undefined;
    const [found, nowMs] = await Promise.all([commands.call(['get', name]), timeMs(commands)]);
    const [markedRun, markedRepl, since = ''] = String(found).split(':');
    if (markedRun !== runId || markedRepl !== replId || !/^\d+$/.test(since)) return undefined;
    // A clock that was set back makes it younger than it is: that is the safe side.
    const ageMs = Math.max(0, nowMs - Number(since));
    return { runId, replId, since, changedAt: this.now() - ageMs };
  }

  /** The name is looked up anew: slots move. */
  private async mark(commands: DirectCommands, args: readonly Argument[]): Promise<string> {
    const name = await markerName(commands, this.prefix, this.isCluster);
    const keys = name === undefined ? [] : [name];
    return String(await this.runnerOn(commands).run(MARK, { keys, args }));
  }

  /** @param generations whether these go too, and not only what is kept of tags */
  private async drop(commands: DirectCommands, progress: VettingProgress, generations: boolean): Promise<void> {
    const pattern = this.names.issuedPattern();
    let cursor = '0';
    do {
      const [next, names] = await scanPage(commands, cursor, pattern, PAGE);
      const tagged = names.filter((name) => this.names.isTagCell(name));
      await this.clear(commands, DROP_TAGS, tagged);
      if (generations) {
        const cells = names.filter((name) => this.names.isGenerationOf(name, ''));
        await this.clear(commands, CLEAR_CELL, cells);
      }
      // SCAN looks at so many keys for a page, whatever the pattern keeps of them.
      progress.keysSeen += PAGE;
      cursor = next;
    } while (cursor !== '0');
  }

  private async clear(commands: DirectCommands, script: Script, names: readonly string[]): Promise<void> {
    const calls = names.map((name) => ({ keys: [name], args: [] }));
    const replies = await this.runnerOn(commands).runMany(script, calls);
    throwFault(replies);
    const arriving = names.filter((_, place) => isRedirection(replies[place]));
    if (arriving.length === 0) return;
    // Keys of a slot that is being moved here. What is redirected even so cannot be reached on this server by any
    // process.
    const evals = arriving.map((name): Command => ['eval', script.plain.text, 1, name]);
    throwFault(await commands.callMany(evals, true));
  }

  private runnerOn(commands: DirectCommands): ScriptRunner {
    return new ScriptRunner(commands, this.dialect);
  }

  private remember(id: string, vetted: Vetted): void {
    this.known.delete(id);
    this.known.set(id, vetted);
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_KNOWN && oldest !== undefined) this.known.delete(oldest);
  }
}

function isRedirection(reply: unknown): boolean {
  return reply instanceof Error && /^(?:MOVED|ASK) /.test(reply.message);
}

/** A redirection is none. */
function throwFault(replies: readonly unknown[]): void {
  for (const reply of replies) if (reply instanceof Error && !isRedirection(reply)) throw reply;
}
