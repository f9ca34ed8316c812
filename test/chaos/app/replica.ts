// One replica of the application: does what the observer asks for, and tells what it noticed.
import 'reflect-metadata';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { CasIntentUnavailableError, CasInvalidateError } from 'nestjs-cascache';
import type { CacheEvent } from 'nestjs-cascache';
import { Call } from './call.js';
import { startContenders } from './contenders.js';
import type { Contender, ReplicaSettings, ReplicaVitals, Reply, Request, WriteOutcome } from './protocol.js';
import type { Rows } from './rows.js';
import { SourceTimes } from './source-times.js';

const settings = JSON.parse(process.argv[2] as string) as ReplicaSettings;
const lag = monitorEventLoopDelay({ resolution: 2 });
const sourceTimes = new SourceTimes();
const openBreakers = new Set<Contender>();
const hitSinceMark = new Set<Contender>();
let mark = 0;

const tell = (reply: Reply): void => {
  if (process.connected) process.send?.(reply);
};

function served(contender: Contender): void {
  if (mark === 0 || hitSinceMark.has(contender)) return;
  hitSinceMark.add(contender);
  tell({ re: 'hit-again', mark, contender });
}

function notice(contender: Contender, event: CacheEvent): void {
  switch (event.type) {
    case 'hit':
      return served(contender);
    case 'pending-invalidations':
      return tell({ re: 'pending', contender, owed: owedBy(event), oldestMs: event.oldestMs });
    case 'heal':
      // Entries of an old generation are deleted all the time; bytes that nothing can be made of are a fault.
      if (event.reason !== 'corrupt' && event.reason !== 'undecodable') return undefined;
      return tell({ re: 'unreadable', contender, reason: event.reason });
    case 'intent-lost':
      return tell({ re: 'intent-lost', contender, keys: event.keys.length });
    case 'breaker':
      if (event.open) openBreakers.add(contender);
      else openBreakers.delete(contender);
      return tell({ re: 'breaker', contender, open: event.open });
    default:
  }
}

/** A build that knows nothing of tags owes none. */
function owedBy({ keys, tags }: { readonly keys: number; readonly tags?: number }): number {
  return keys + (tags ?? 0);
}

async function read(rows: Rows, { id, contender, rows: asked }: Extract<Request, { op: 'read' }>): Promise<void> {
  const call = new Call(asked, sourceTimes);
  const breakerOpen = openBreakers.has(contender);
  const begun = performance.now();
  const [first] = asked;
  const found = asked.length === 1 ? [await rows.find(first as string, call)] : await rows.findMany(asked, call);
  const ms = performance.now() - begun;
  const { sourceMs } = call;
  const wrong = asked.find((row, i) => found[i]?.row !== row);
  if (wrong !== undefined) throw new Error(`the answer to ${wrong} is another row: ${JSON.stringify(found)}`);
  tell({
    re: 'read',
    id,
    versions: found.map(({ version }) => version),
    hits: asked.map((row) => !call.loaded.has(row)),
    ms,
    sourceMs,
    lagMs: lag.max / 1e6,
    breakerOpen,
  });
}

async function write(rows: Rows, { id, contender, row }: Extract<Request, { op: 'write' }>): Promise<void> {
  const begun = performance.now();
  const ended = (outcome: WriteOutcome, version: number): void =>
    tell({ re: 'write', id, outcome, version, ms: performance.now() - begun });
  try {
    ended('acknowledged', await rows.save(row));
  } catch (error) {
    if (error instanceof CasInvalidateError) ended('unannounced', error.result as number);
    else if (error instanceof CasIntentUnavailableError || contender === 'cache-aside') ended('refused', 0);
    else throw error;
  }
}

function vitals(): ReplicaVitals {
  // There when the process was started with --expose-gc, as the laboratory does.
  (globalThis as { gc?: () => void }).gc?.();
  const handles = process.getActiveResourcesInfo().filter((kind) => !/^(?:Timeout|Immediate)$/.test(kind)).length;
  return { pid: process.pid, heapBytes: process.memoryUsage().heapUsed, handles };
}

const contenders = await startContenders(settings, (contenderOf) => ({
  onEvent: (event) => notice(contenderOf(event.namespace), event),
}));

async function answer(request: Request): Promise<void> {
  if (request.op === 'mark') {
    lag.reset();
    hitSinceMark.clear();
    mark = request.id;
  } else if (request.op === 'vitals') {
    tell({ re: 'vitals', id: request.id, vitals: vitals() });
  } else if (request.op === 'close') {
    await contenders.close();
    lag.disable();
    process.disconnect();
  } else {
    const rows = contenders.of.get(request.contender) as Rows;
    await (request.op === 'read' ? read(rows, request) : write(rows, request));
  }
}

process.on('message', (request: Request) => {
  answer(request).catch((error: unknown) => {
    tell({ re: 'error', id: request.id, message: (error as Error).stack ?? String(error) });
  });
});
// After a `close` the process is to end by itself. It does not outlive an observer that crashed.
process.on('disconnect', () => void setTimeout(() => process.exit(1), 5_000).unref());
process.on('SIGINT', () => undefined);
lag.enable();
tell({ re: 'ready' });
