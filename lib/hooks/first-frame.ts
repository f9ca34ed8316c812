/** What a stack begins with, before the message. Some put a colon where there is none. */
const NAME = /^[\w$.[\] -]{1,100}(?:: )?$/;
/** A function, or none, and the file, the line and the column. */
const FRAME = /^ {4}at (?:[\w$.<>[\] ]{1,100} \()?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^\n()]{1,300}:\d+:\d+\)?$/;

/**
 * Where in the code an error was made: the first frame of its stack. The message before it may hold values, over
 * several lines: it is left out, and where it is not the one that the error has now there is no frame.
 */
export function firstFrame(error: unknown): string | undefined {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return undefined;
  const { message, stack } = error;
  const end = message === '' ? '\n' : `: ${message}\n`;
  const at = stack.indexOf(end);
  if (at === -1 || !NAME.test(stack.slice(0, at))) return undefined;
  const [first = ''] = stack.slice(at + end.length).split('\n', 1);
  return FRAME.test(first) ? first.slice('    at '.length) : undefined;
}
