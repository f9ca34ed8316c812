import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { CasCacheError } from '../errors.js';
import { requestOf, UsageError, withoutCredentials } from './arguments.js';
import type { Request } from './arguments.js';
import { CARRY_OUT } from './commands.js';
import type { ExitCode, Outcome } from './commands.js';
import { helpOf } from './help.js';
import { Operator } from './operator.js';

/** Where a command is given, and answers. */
export interface Console {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Of the environment. */
  readonly redisUrl: string | undefined;
}

/** Carries out one command line, and answers its exit code. Never rejects. */
export async function run(args: readonly string[], console: Console): Promise<ExitCode> {
  let request: Request;
  try {
    const wanted = requestOf(args, console.redisUrl);
    if ('help' in wanted) {
      console.stdout.write(helpOf(wanted.help));
      return 0;
    }
    request = wanted;
  } catch (error) {
    return refuse(error, args.includes('--json'), console);
  }
  const operator = new Operator(request, (message) => void console.stderr.write(`${message}\n`));
  try {
    const confirm = (question: string): Promise<boolean> => confirmed(question, request, console);
    const outcome = await CARRY_OUT[request.command]({ request, operator, confirm });
    return print(outcome, request, console);
  } catch (error) {
    return refuse(error, request.json, console);
  } finally {
    await operator.close();
  }
}

function print({ code, lines, data }: Outcome, { json, command }: Request, { stdout, stderr }: Console): ExitCode {
  if (json) stdout.write(`${JSON.stringify({ command, ok: code === 0, ...data })}\n`);
  else (code === 0 ? stdout : stderr).write(`${lines.join('\n')}\n`);
  return code;
}

/** @throws UsageError where there is no terminal to ask at */
async function confirmed(question: string, { yes, json }: Request, { stdin, stderr }: Console): Promise<boolean> {
  if (yes) return true;
  if (stdin.isTTY !== true || json) {
    throw new UsageError('This destroys, and there is no terminal to ask at: give --yes. Nothing was done.');
  }
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

function refuse(error: unknown, json: boolean, { stdout, stderr }: Console): ExitCode {
  const isUsage = error instanceof UsageError || isOfTheArguments(error);
  const message = withoutCredentials(error instanceof Error ? error.message : String(error));
  const name = error instanceof CasCacheError ? error.code : isUsage ? 'USAGE' : 'FAILED';
  if (json) stdout.write(`${JSON.stringify({ ok: false, error: { code: name, message } })}\n`);
  else stderr.write(`${isUsage ? message : `${name}: ${message}`}\n`);
  return isUsage ? 2 : 1;
}

/** What this package refuses before it does anything. */
function isOfTheArguments(error: unknown): boolean {
  const codes: readonly string[] = ['CAS_CONFIG', 'CAS_KEY', 'CAS_TAG', 'CAS_TTL', 'CAS_MISSING_PEER'];
  return error instanceof CasCacheError && codes.includes(error.code);
}
