import type { Command } from '../scripts/script-runner.js';

/** The fills of a connection that may wait for it at once. */
const MAX_FILLS = 1_000;
/** The bytes that these may keep in memory meanwhile: values, as they would be sent. */
const MAX_BYTES = 16 * 1_024 * 1_024;

/**
 * How many fills wait for a connection. A loss under load must not pile up values that nobody may ever read: a fill for
 * which there is no room is refused at once, which costs a load more.
 */
export class HeldFills {
  private fills = 0;
  private bytes = 0;

  constructor(
    private readonly maxFills = MAX_FILLS,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  /** Answers how to give the room back, or `undefined` where there is none. */
  enter(commands: readonly Command[]): (() => void) | undefined {
    const bytes = commands.reduce((sum, command) => sum + bytesOf(command), 0);
    if (this.fills + commands.length > this.maxFills || this.bytes + bytes > this.maxBytes) return undefined;
    this.fills += commands.length;
    this.bytes += bytes;
    return () => {
      this.fills -= commands.length;
      this.bytes -= bytes;
    };
  }
}

function bytesOf(command: Command): number {
  let bytes = 0;
  for (const part of command) bytes += typeof part === 'object' ? part.byteLength : String(part).length;
  return bytes;
}
