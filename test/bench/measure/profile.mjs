import { Session } from 'node:inspector/promises';

const SAMPLE_US = 100;
const TOP = 25;

/** Where the time of `work` goes: the functions by the share of samples that were in them, not in what they called. */
export async function profiled(work) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.post('Profiler.start');
  const result = await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { ...result, top: selfTimes(profile) };
}

function selfTimes({ nodes, samples }) {
  const counts = new Map();
  for (const id of samples) counts.set(id, (counts.get(id) ?? 0) + 1);
  const shares = new Map();
  for (const { id, callFrame } of nodes) {
    const name = nameOf(callFrame);
    shares.set(name, (shares.get(name) ?? 0) + (counts.get(id) ?? 0) / samples.length);
  }
  const sorted = [...shares].toSorted(([, a], [, b]) => b - a);
  return sorted.slice(0, TOP).map(([name, share]) => ({ name, share }));
}

function nameOf({ functionName, url, lineNumber }) {
  const file = url.replace(/^.*\/(dist\/esm|node_modules|test\/bench)\//, '$1/').replace(/\?.*$/, '');
  const place = file === '' ? '' : ` ${file}:${lineNumber + 1}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}
