import { CasUnavailableError } from '../../errors.js';

/** How far the look at all keys of a master is. It goes on while it is looked at. */
export interface VettingProgress {
  /** Of the database, those of others too. */
  keysSeen: number;
  /** Monotonic, in milliseconds. */
  readonly since: number;
}

/** Why a read goes past a master whose vetting takes its time. Nothing about the connection is wrong. */
export function beingVetted(where: string, progress: VettingProgress | undefined, now: number): CasUnavailableError {
  const begun = `${where} is being vetted, because it may have lost invalidations`;
  if (progress === undefined) return new CasUnavailableError(`${begun}. Reads miss until that is done.`);
  const seconds = ((now - progress.since) / 1_000).toFixed(1);
  return new CasUnavailableError(
    `${begun}: ${progress.keysSeen} keys of its database were looked at in ${seconds} s. Reads miss until that is done, ` +
      'and no timeout has to be raised. It takes as long as the database has keys, of others too: a database of its own makes it short.',
  );
}
