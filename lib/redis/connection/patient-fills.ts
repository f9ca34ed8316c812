import { asError } from '../../common/attempt.js';
import { now } from '../../common/timers.js';
import type { FillPatience } from '../../contracts/fill-patience.js';
import type { ScriptDialect } from '../scripts/script-dialect.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import type { Command, Commands } from '../scripts/script-runner.js';
import { HeldFills } from './held-fills.js';
import { isPassing } from './persistence.js';
import type { Persistence } from './persistence.js';

/** One attempt to send something to a master that is trusted. */
interface Attempts extends Commands {
  readonly isCluster: boolean;
}

/**
 * Fills that wait for a lost connection, and for the vetting of the master at its other end, behind their caller; what
 * was lost on the way is sent again.
 *
 * Only for scripts that compare the generation and store, or extend it, in one step, SET_IF and EXTEND: they may be
 * carried out twice, and later than they were asked for. Between two executions
 *
 * - the key may have been bumped, opened, cleared or erased: then its generation has ended, none is issued twice, and
 *   the second one is refused as stale;
 * - the entry may have been deleted, or have expired, under the same generation: the second one stores the same value,
 *   which nothing has made out of date;
 * - another load may have stored its value under the same generation: the second one puts an older value in its place,
 *   that is as valid as it was when both were loaded;
 * - another server may have become the master: it is vetted first, and has dropped every generation that it may have
 *   from before something was lost.
 *
 * A step that compares nothing (the second half of a fill whose halves share no slot) must not go this way: it would
 * bring back bytes that were erased.
 */
export class PatientFills {
  private readonly held = new HeldFills();

  constructor(
    private readonly attempts: Attempts,
    private readonly persistence: Persistence,
    private readonly dialect: ScriptDialect,
  ) {}

  /** For the scripts of one fill, which are begun now. */
  scripts(patience: FillPatience): ScriptRunner {
    return new ScriptRunner(new PatientFill(this.attempts, this.persistence, this.held, patience), this.dialect);
  }
}

class PatientFill implements Commands {
  /** Of all its commands: a script that the server does not know is sent a second time, as a text. */
  private readonly begun = now();

  constructor(
    private readonly attempts: Attempts,
    private readonly persistence: Persistence,
    private readonly held: HeldFills,
    private readonly patience: FillPatience,
  ) {}

  call(command: Command): Promise<unknown> {
    const attempt = (): Promise<unknown> => this.attempts.call(command);
    return attempt().catch((fault: unknown) => this.after(fault, command, attempt));
  }

  async callMany(commands: readonly Command[]): Promise<unknown[]> {
    // Keys of a Cluster are on many nodes: those of one that is away do not hold up the rest.
    if (this.attempts.isCluster) return Promise.all(commands.map((command) => this.call(command).catch(asError)));
    const attempt = (places: readonly number[]): Promise<unknown[]> =>
      this.attempts
        .callMany(places.map((place) => commands[place] as Command))
        .catch((fault: unknown) => places.map(() => asError(fault)));
    const outcomes = await attempt([...commands.keys()]);
    const leave = this.hold(commands.filter((_, place) => isPassing(outcomes[place])));
    if (leave === undefined) return outcomes;
    return this.persistence.afterMany(outcomes, this.begun, attempt, this.patience.ms).finally(leave);
  }

  private after(fault: unknown, command: Command, attempt: () => Promise<unknown>): Promise<unknown> {
    const leave = this.hold(isPassing(fault) ? [command] : []);
    if (leave === undefined) throw fault;
    return this.persistence.after(fault, this.begun, attempt, this.patience.ms).finally(leave);
  }

  private hold(commands: readonly Command[]): (() => void) | undefined {
    if (commands.length === 0) return undefined;
    const leave = this.held.enter(commands);
    if (leave !== undefined) this.patience.heldBack();
    return leave;
  }
}
