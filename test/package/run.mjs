import { execFileSync } from 'node:child_process';

/** Runs a program without a terminal and returns what it printed; a failure carries the whole output in its message. */
export function run(program, args, options = {}) {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
      timeout: 180_000,
      ...options,
    });
  } catch (cause) {
    const end = cause.code === 'ETIMEDOUT' ? 'did not end' : 'failed';
    const output = `${cause.stdout ?? ''}${cause.stderr ?? ''}`;
    throw new Error(`${program} ${args.join(' ')} in ${options.cwd ?? process.cwd()} ${end}:\n${output}`, { cause });
  }
}
