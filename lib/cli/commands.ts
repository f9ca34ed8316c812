import { attempt } from '../common/attempt.js';
import { now, SYSTEM_TIMERS } from '../common/timers.js';
import { withTimeout } from '../core/support/with-timeout.js';
import { redactKey } from '../keys/redact-key.js';
import { CasInvalidateError } from '../write-errors.js';
import type { CommandName, Request } from './arguments.js';
import type { Opened, Operator } from './operator.js';
import type { KeyTraces } from './traces.js';

/** What a command came to. */
export interface Outcome {
  readonly code: ExitCode;
  /** For people. */
  readonly lines: readonly string[];
  /** For programs. */
  readonly data: object;
}

/** 0: done. 1: failed, or done in part. 2: not begun, for the command line. 3: not begun, as there is nothing. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What a command needs besides its request. */
export interface CommandParts {
  readonly request: Request;
  readonly operator: Operator;
  /** Whether the operator wants it. Never asks where that was said beforehand. */
  readonly confirm: (question: string) => Promise<boolean>;
}

export const CARRY_OUT: Readonly<Record<CommandName, (parts: CommandParts) => Promise<Outcome>>> = {
  ping,
  explain,
  invalidate: (parts) => onKeys(parts, (opened, keys) => opened.cache.invalidate(keys), 'invalidated'),
  'invalidate-tags': invalidateTags,
  clear,
  erase: (parts) => onKeys(parts, (opened, keys) => opened.cache.erase(keys), 'erased', 'Erase'),
};

async function ping({ request, operator }: CommandParts): Promise<Outcome> {
  const connection = await operator.connect();
  const servers = await Promise.all(
    connection.nodes.all().map(async ({ redis, state }) => {
      const begun = now();
      const isReady = redis.status === 'ready';
      const asked = isReady ? attempt(() => redis.role()) : Promise.resolve(undefined);
      const answer = await withTimeout(asked, request.timeoutMs, SYSTEM_TIMERS);
      const isAnswered = isReady && answer !== 'late';
      const role = isAnswered && Array.isArray(answer.value) ? String(answer.value[0]) : undefined;
      const ms = isAnswered ? Math.round((now() - begun) * 100) / 100 : undefined;
      return { where: state.where, answers: isAnswered, ms, role };
    }),
  );
  const code = servers.length > 0 && servers.every(({ answers }) => answers) ? 0 : 1;
  const lines = servers.map(({ where, answers, ms, role }) =>
    answers ? `${where}: ${role ?? 'answers'}, ${ms} ms` : `${where}: no answer`,
  );
  return { code, lines: lines.length > 0 ? lines : [`${connection.where}: no answer`], data: { servers } };
}

async function explain({ request, operator }: CommandParts): Promise<Outcome> {
  const opened = await operator.open();
  const [key = ''] = request.names;
  const { text, ...found } = await opened.cache.explain(key);
  const code = opened.traces.any ? 0 : 3;
  const hint = await hintOf(request, opened, [await opened.ofKey(key)]);
  const faults = found.faults.map(({ of, error }) => ({ of, error: error.message }));
  const data = { ...found, key: shown(request, key), faults, where: opened.where };
  return { code: faults.length > 0 ? 1 : code, lines: [text, ...hint], data };
}

async function onKeys(
  { request, operator, confirm }: CommandParts,
  act: (opened: Opened, keys: readonly string[]) => Promise<void>,
  done: string,
  question?: string,
): Promise<Outcome> {
  const opened = await operator.open();
  if (!opened.traces.any) return nothingThere(request, opened);
  const { names } = request;
  const keys = [...new Set(names)];
  const had = await Promise.all(keys.map(opened.ofKey));
  const all = `${keys.length} ${keys.length === 1 ? 'key' : 'keys'} of ${spaceOf(request)} in ${opened.where}`;
  if (question !== undefined && !(await confirm(`${question} ${all}?`))) return notConfirmed();
  const failures = await failuresOf(() => act(opened, keys));
  const lines = keys.map((key, i) => {
    const failure = failures.get(key);
    const name = shown(request, key);
    if (failure !== undefined) return `${request.namespace}: ${name} was not ${done}: ${failure.message}`;
    return `${request.namespace}: ${done} ${name}, of which Redis had ${hadOf(had[i] as KeyTraces)}`;
  });
  const hint = await hintOf(request, opened, had);
  const data = {
    namespace: request.namespace,
    partition: request.partition,
    where: opened.where,
    keys: keys.map((key, i) => ({
      key: shown(request, key),
      done: !failures.has(key),
      had: had[i],
      error: failures.get(key)?.message,
    })),
    ...told(opened),
  };
  return { code: failures.size > 0 ? 1 : 0, lines: [...lines, ...tolds(opened), ...hint], data };
}

async function invalidateTags({ request, operator }: CommandParts): Promise<Outcome> {
  const opened = await operator.open();
  const { traces, cache, where } = opened;
  if (!traces.any) return nothingThere(request, opened);
  if (!traces.tags && !request.tags) {
    const line = `${spaceOf(request)} in ${where}: no tags were ever used, so that nothing carries one. Nothing was done. Give --tags if the namespace has them all the same.`;
    return { code: 3, lines: [line], data: { namespace: request.namespace, where, tags: [] } };
  }
  const tags = [...new Set(request.names)];
  const failures = await failuresOf(() => cache.invalidateTags(tags));
  const lines = tags.map((tag) => {
    const failure = failures.get(tag);
    const name = shown(request, tag);
    if (failure !== undefined) return `${request.namespace}: tag ${name} was not invalidated: ${failure.message}`;
    return `${request.namespace}: invalidated tag ${name}`;
  });
  const results = tags.map((tag) => ({
    tag: shown(request, tag),
    done: !failures.has(tag),
    error: failures.get(tag)?.message,
  }));
  const { namespace, partition } = request;
  const data = { namespace, partition, where, tags: results, ...told(opened) };
  return { code: failures.size > 0 ? 1 : 0, lines: [...lines, ...tolds(opened)], data };
}

async function clear({ request, operator, confirm }: CommandParts): Promise<Outcome> {
  const opened = await operator.open();
  if (!opened.traces.any) return nothingThere(request, opened);
  const { namespace, partition } = request;
  const question = `Clear all of ${spaceOf(request)} in ${opened.where}? Whatever is read is loaded anew then.`;
  if (!(await confirm(question))) return notConfirmed();
  await opened.cache.clear(partition === undefined ? {} : { partition });
  const data = { namespace, partition, where: opened.where, cleared: true, ...told(opened) };
  return { code: 0, lines: [`cleared ${spaceOf(request)} in ${opened.where}`, ...tolds(opened)], data };
}

/** Why each key, or tag, failed. @throws what is wrong with all of them */
async function failuresOf(act: () => Promise<void>): Promise<ReadonlyMap<string, Error>> {
  const failed = await attempt(act);
  if (failed === undefined) return new Map();
  if (!(failed instanceof CasInvalidateError)) throw failed;
  const causes = [...failed.failures, ...failed.failedTags];
  return new Map(causes.map(([name, cause]) => [name, cause instanceof Error ? cause : failed]));
}

function nothingThere(request: Request, { where }: Opened): Outcome {
  const line = `Redis has nothing of namespace "${request.namespace}" (${where}): neither an entry nor a generation. Nothing was done. Look at the name, the database, and --key-prefix; a topology 'memory' has nothing in Redis.`;
  return { code: 3, lines: [line], data: { namespace: request.namespace, where, found: false } };
}

function notConfirmed(): Outcome {
  return { code: 2, lines: ['Nothing was done.'], data: { done: false } };
}

/** What may be wrong where nothing is under a key. */
async function hintOf(request: Request, { traces, where }: Opened, had: readonly KeyTraces[]): Promise<string[]> {
  if (!traces.any) return [`Redis has nothing of namespace "${request.namespace}" (${where}).`];
  const isThere = had.every(({ entry, generation }) => entry || generation);
  if (isThere || traces.isPartitioned === undefined) return [];
  if (traces.isPartitioned && request.partition === undefined) {
    return ['Keys of this namespace have a partition in front: give --partition <name>.'];
  }
  return traces.isPartitioned || request.partition === undefined
    ? ['Where nothing is under a key, look at how it is written.']
    : ['Keys of this namespace seem to have no partition: leave --partition out.'];
}

function hadOf({ entry, generation }: KeyTraces): string {
  if (entry) return generation ? 'an entry and a generation' : 'an entry without a generation';
  return generation ? 'a generation, and no entry' : 'nothing';
}

function shown({ redact }: Request, name: string): string {
  return redact ? redactKey(name) : name;
}

function spaceOf({ namespace, partition }: Request): string {
  return partition === undefined ? `namespace "${namespace}"` : `partition "${partition}" of namespace "${namespace}"`;
}

/** What processes with read leases were told, and for how long they were waited for. */
function told({ cache }: Opened): object {
  const leases = cache.stats().readLeases;
  if (leases === undefined) return {};
  return { readLeases: { announcements: leases.announcements, waitedMs: Math.round(leases.waits.ms) } };
}

function tolds({ cache }: Opened): string[] {
  const leases = cache.stats().readLeases;
  if (leases === undefined) return [];
  return [`processes with read leases were told, and waited for: ${Math.round(leases.waits.ms)} ms`];
}
