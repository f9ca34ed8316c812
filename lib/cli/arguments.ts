import { parseArgs } from 'node:util';
import { parseTtl } from '../common/ttl.js';
import type { Ttl } from '../common/ttl.js';

/** What an operator may ask for. */
export const COMMANDS = ['ping', 'explain', 'invalidate', 'invalidate-tags', 'clear', 'erase'] as const;
export type CommandName = (typeof COMMANDS)[number];

/** What was asked for, checked. */
export interface Request {
  readonly command: CommandName;
  /** Keys, or tags. */
  readonly names: readonly string[];
  /** Empty for `ping`. */
  readonly namespace: string;
  readonly partition: string | undefined;
  readonly valueVersion: string | undefined;
  readonly url: string;
  readonly isCluster: boolean;
  readonly keyPrefix: string | undefined;
  readonly waitReplicas: number | undefined;
  /** Said by the operator, where Redis does not show it. */
  readonly tags: boolean;
  readonly readLease: boolean;
  readonly timeoutMs: number;
  readonly yes: boolean;
  readonly json: boolean;
  readonly redact: boolean;
}

/** Help is wanted: of one command, or of all. */
export interface HelpRequest {
  readonly help: CommandName | 'all';
}

/** The command line cannot be carried out as it is. */
export class UsageError extends Error {}

const OPTIONS = {
  url: { type: 'string', short: 'u' },
  cluster: { type: 'boolean' },
  namespace: { type: 'string', short: 'n' },
  partition: { type: 'string', short: 'p' },
  'value-version': { type: 'string' },
  'key-prefix': { type: 'string' },
  'wait-replicas': { type: 'string' },
  tags: { type: 'boolean' },
  'read-lease': { type: 'boolean' },
  timeout: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  json: { type: 'boolean' },
  redact: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Given = ReturnType<typeof parse>['values'];

/**
 * @param url of the environment, where the command line has none
 * @throws UsageError, which has neither user nor password of a URL in its message
 */
export function requestOf(args: readonly string[], url: string | undefined): Request | HelpRequest {
  const { values, positionals } = parse(args);
  const [first, ...names] = positionals;
  const command = COMMANDS.find((name) => name === first);
  if (values.help === true || first === undefined || first === 'help') return { help: command ?? 'all' };
  if (command === undefined) {
    throw new UsageError(`There is no such command: it is one of ${COMMANDS.join(', ')}.`);
  }
  assertNames(command, names);
  return {
    command,
    names,
    namespace: namespaceOf(command, values),
    partition: values.partition,
    valueVersion: values['value-version'],
    url: addressOf(values.url ?? url),
    isCluster: values.cluster === true,
    keyPrefix: values['key-prefix'],
    waitReplicas: countOf(values['wait-replicas']),
    tags: values.tags === true,
    readLease: values['read-lease'] === true,
    timeoutMs: timeoutOf(values.timeout ?? '5s'),
    yes: values.yes === true,
    json: values.json === true,
    redact: values.redact === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(withoutCredentials((cause as Error).message));
  }
}

/** What stands between the scheme of a URL and its host. */
export function withoutCredentials(text: string): string {
  return text.replace(/:\/\/\S*@/g, '://***@');
}

function assertNames(command: CommandName, names: readonly string[]): void {
  const wanted = { ping: 0, explain: 1, clear: 0, invalidate: 2, 'invalidate-tags': 2, erase: 2 }[command];
  if (wanted === 0 && names.length > 0) {
    throw new UsageError(`"${command}" takes no keys: to end single keys there is "invalidate".`);
  }
  if (wanted === 1 && names.length !== 1) throw new UsageError('"explain" takes one key.');
  const what = command === 'invalidate-tags' ? 'tag' : 'key';
  if (wanted === 2 && names.length === 0) throw new UsageError(`"${command}" takes at least one ${what}.`);
}

function namespaceOf(command: CommandName, { namespace, partition }: Given): string {
  if (command !== 'ping' && namespace === undefined) {
    throw new UsageError('Which namespace? Give --namespace <name>, as forFeature has it.');
  }
  if (partition === '') throw new UsageError('--partition has no name.');
  return namespace ?? '';
}

function addressOf(url: string | undefined): string {
  if (url === undefined || url === '') {
    throw new UsageError('Which Redis? Give --url redis://host:port, or set REDIS_URL.');
  }
  return url;
}

function timeoutOf(given: string): number {
  try {
    return parseTtl(given as Ttl);
  } catch {
    throw new UsageError("--timeout is a duration, such as '500ms' or '5s'.");
  }
}

function countOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (!/^\d{1,3}$/.test(given)) throw new UsageError('--wait-replicas is a whole number.');
  return Number(given);
}
