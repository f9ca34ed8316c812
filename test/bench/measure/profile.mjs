import { Session } from 'node:inspector/promises';

const SAMPLE_US = 100;
const SAMPLE_BYTES = 2_048;
const TOP = 25;

/**
 * Where the time of `work(count)` goes, and who allocates what it leaves to the garbage collector: functions by their
 * share, without what they called. Two runs, because each kind of sampling would show up in the other.
 */
export async function profiled(work, count) {
  const session = new Session();
  session.connect();
  const time = await timeOf(session, () => work(count));
  const heap = await allocationsOf(session, () => work(count));
  session.disconnect();
  return {
    time: { perOp: time.perOp, top: shares(time.byName) },
    heap: { bytesPerOp: heap.bytes / count, top: shares(heap.byName) },
  };
}

async function timeOf(session, work) {
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.post('Profiler.start');
  const { perOp } = await work();
  const { profile } = await session.post('Profiler.stop');
  const hits = new Map();
  for (const id of profile.samples) hits.set(id, (hits.get(id) ?? 0) + 1);
  const byName = new Map();
  for (const { id, callFrame } of profile.nodes) add(byName, nameOf(callFrame), hits.get(id) ?? 0);
  return { perOp, byName };
}

async function allocationsOf(session, work) {
  await session.post('HeapProfiler.enable');
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: SAMPLE_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await work();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  const byName = new Map();
  const visit = ({ callFrame, selfSize, children }) => {
    add(byName, nameOf(callFrame), selfSize);
    for (const child of children) visit(child);
  };
  visit(profile.head);
  return { bytes: total(byName), byName };
}

function shares(byName) {
  const all = total(byName);
  const sorted = [...byName].toSorted(([, a], [, b]) => b - a);
  return sorted.slice(0, TOP).map(([name, size]) => ({ name, share: size / all }));
}

function total(byName) {
  let sum = 0;
  for (const size of byName.values()) sum += size;
  return sum;
}

function add(byName, name, size) {
  byName.set(name, (byName.get(name) ?? 0) + size);
}

function nameOf({ functionName, url, lineNumber }) {
  const file = url.replace(/^.*\/(dist\/esm|node_modules|test\/bench)\//, '$1/').replace(/\?.*$/, '');
  const place = file === '' ? '' : ` ${file}:${lineNumber + 1}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}
