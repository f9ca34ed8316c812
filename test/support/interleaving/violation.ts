import type { StepName, TraceLine } from './stage.js';

/** A schedule under which a program went wrong, as steps that can be read and choices that can be played again. */
export class InterleavingViolation extends Error {
  override readonly name = 'InterleavingViolation';

  constructor(
    readonly program: string,
    readonly topology: string,
    readonly schedule: number,
    readonly choices: readonly number[],
    readonly trace: readonly TraceLine[],
    cause: unknown,
  ) {
    super(
      [
        cause instanceof Error ? cause.message : String(cause),
        `"${program}" on ${topology}, schedule ${schedule}:`,
        ...lines(trace),
        `To play it again: choices [${choices.join(',')}]`,
      ].join('\n'),
      { cause },
    );
  }
}

function lines(trace: readonly TraceLine[]): string[] {
  const width = Math.max(...trace.map(({ actor }) => actor.length));
  let number = 0;
  return trace.map((line) => {
    const place = 'step' in line ? `${String(++number).padStart(3)}.` : '    ';
    const what = 'step' in line ? `${call(line.step)} → ${show(line.answer)}` : `(${line.remark})`;
    return `${place} ${line.actor.padEnd(width)}  ${what}`;
  });
}

function call({ place, call: name, args = [] }: StepName): string {
  return `${place}.${name}(${args.map((arg) => show(arg)).join(', ')})`;
}

/** Short enough for a line: frames by their length, errors by their name. */
function show(value: unknown): string {
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`;
  if (value instanceof Error) return value.name;
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map((each) => show(each)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, each]) => `${name}: ${show(each)}`)
      .join(', ')}}`;
  }
  return String(value);
}
