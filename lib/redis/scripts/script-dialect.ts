import type { Script, ScriptText } from './script-text.js';

const WITHOUT_FLAGS =
  'This Redis is older than version 7 and does not know script flags. So it cannot be promised that a master which was ' +
  'demoted refuses a snapshot, or one that is cut off from its replicas a read. Use Redis 7 or Valkey to have that.';

/** What is known of scripting on the servers of one connection: they are of one version, and have one list of users. */
export class ScriptDialect {
  /** Whether the user may load scripts without running them. */
  loads = true;
  /** What a server is given beside the scripts that every connection runs. */
  readonly besides = new Set<Script>();
  private flags = true;

  constructor(private readonly onWarning: (message: string) => void) {}

  /** Whether the servers know the line `#!lua`, as far as it is known. */
  get hasFlags(): boolean {
    return this.flags;
  }

  textOf(script: Script): ScriptText {
    return this.flags ? script.flagged : script.plain;
  }

  giveUpFlags(): void {
    if (!this.flags) return;
    this.flags = false;
    this.onWarning(WITHOUT_FLAGS);
  }
}
