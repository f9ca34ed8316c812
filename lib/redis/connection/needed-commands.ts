import type { FailoverOptions } from './connection-options.js';
import { RefusedCommandError, refusalIn, refusesKeys } from '../scripts/refused-command.js';
import { SCRIPTS } from './session.js';

/** What every connection needs of its user, as rules of an ACL. */
const ALWAYS = ['get', 'mget', 'set', 'unlink', 'pttl', 'pexpire', 'time', 'eval', 'evalsha', 'scan'];
/** By which a master is vetted. */
const OF_VETTING = ['info'];
const OF_REPLICAS = ['wait'];
const OF_TAGS = ['zadd', 'zcard', 'zmscore', 'zrange', 'zrem', 'zrevrangebyscore'];
const OF_CLUSTER = ['asking', 'cluster|slots', 'cluster|nodes', 'cluster|info'];

const OUR_KEYS = ['single:', 'bulk:', 'gen:', 'load:', 'cas:', 'clock:', 'tags:'];

/** The commands that one connection needs, and what to do where one of them is refused. */
export class NeededCommands {
  constructor(
    private readonly isCluster: boolean,
    private readonly failover: Pick<FailoverOptions, 'onFailover' | 'waitReplicas'>,
    private readonly keyPrefix: string,
  ) {}

  /**
   * As rules of an ACL.
   *
   * @param refused which of them was refused: those of tags are needed by namespaces that have them alone
   */
  rules(refused?: string): string {
    const names = [
      ...ALWAYS,
      ...(this.vets ? OF_VETTING : []),
      ...(this.failover.waitReplicas > 0 ? OF_REPLICAS : []),
      ...(this.isCluster ? OF_CLUSTER : []),
      ...(OF_TAGS.includes(refused?.toLowerCase() ?? '') ? OF_TAGS : []),
    ];
    return names.map((name) => `+${name}`).join(' ');
  }

  /** The names of our keys, as rules of an ACL. */
  private get patterns(): string {
    return this.keyPrefix === '' ? OUR_KEYS.map((name) => `~${name}*`).join(' ') : `~${this.keyPrefix}*`;
  }

  private get vets(): boolean {
    return this.failover.onFailover !== 'trust';
  }

  /** The error itself, or, where it refuses a command, one that says which and what to change. */
  readonly explained = (error: Error): Error => {
    if (error instanceof RefusedCommandError) return error;
    if (refusesKeys(error)) {
      return new RefusedCommandError(`its user may not touch the keys of the cache: allow ${this.patterns}`, {
        cause: error,
      });
    }
    const refusal = refusalIn(error, SCRIPTS);
    if (refusal === undefined) return error;
    const { command, by } = refusal;
    const unnamed = 'a command that the scripts of the cache call';
    const refused =
      by === 'rights'
        ? `its user may not run ${command ?? unnamed}: the least that it needs is ${this.rules(command)}`
        : `it has ${command === undefined ? `not ${unnamed}` : `no command ${command}`}, or keeps it from scripts, or has it under another name (rename-command): give it back that name`;
    return new RefusedCommandError(refused + this.wayOut(command), { cause: error });
  };

  /** `onFailover: 'trust'` does without the commands by which a master is vetted. */
  private wayOut(command: string | undefined): string {
    if (!this.vets) return '';
    if (command === undefined) return ". If it is INFO, onFailover: 'trust' does without";
    if (!OF_VETTING.concat('scan').includes(command.toLowerCase())) return '';
    return `. Or set onFailover: 'trust', which does without ${command}${command === 'SCAN' ? ' until something is cleared or erased' : ''}`;
  }
}
