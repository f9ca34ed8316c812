const END = Buffer.from('\r\n');

/** Reads the commands that a client sends: each an array of byte strings, in pieces of any size. */
export class CommandReader {
  private bytes: Buffer = Buffer.alloc(0);

  constructor(private readonly onCommand: (command: readonly Buffer[]) => void) {}

  push(bytes: Buffer): void {
    this.bytes = this.bytes.length === 0 ? bytes : Buffer.concat([this.bytes, bytes]);
    for (let read = this.command(); read !== undefined; read = this.command()) {
      this.bytes = this.bytes.subarray(read.length);
      this.onCommand(read.parts);
    }
  }

  /** The first command, if it has come whole, and how many bytes it takes. */
  private command(): { parts: Buffer[]; length: number } | undefined {
    const head = this.line(0, '*');
    if (head === undefined) return undefined;
    const parts: Buffer[] = [];
    let at = head.end;
    for (let n = 0; n < head.number; n++) {
      const size = this.line(at, '$');
      if (size === undefined || this.bytes.length < size.end + size.number + END.length) return undefined;
      parts.push(this.bytes.subarray(size.end, size.end + size.number));
      at = size.end + size.number + END.length;
    }
    return { parts, length: at };
  }

  private line(at: number, kind: string): { number: number; end: number } | undefined {
    const end = this.bytes.indexOf(END, at);
    if (end === -1) return undefined;
    const text = this.bytes.toString('latin1', at, end);
    if (!text.startsWith(kind)) throw new Error(`a client sent ${JSON.stringify(text)}, which is no command`);
    return { number: Number(text.slice(1)), end: end + END.length };
  }
}
