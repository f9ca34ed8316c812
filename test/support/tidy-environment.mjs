// The environment of every spec: node's, and a spec that leaves something open fails. What keeps a worker alive would
// otherwise show only as a warning at the end of a run, without the name of the spec, and only on runs of a few specs.
import { setTimeout as pause } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

/** Sockets, timers and processes that are being closed may take so long on a busy machine. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 10;
/** What the global set-up has open when specs run in its process: the shared servers. */
const OF_THE_SET_UP = new Set(['ProcessWrap', 'PipeWrap']);

export default class TidyEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    openStandardStreams();
    this.before = open();
  }

  /** A test that failed is reason enough, and may have been kept from closing what it had. */
  handleTestEvent(event) {
    if (event.name === 'test_done' && event.test.errors.length > 0) this.failed = true;
  }

  async teardown() {
    await super.teardown();
    if (this.failed) return;
    const left = await leftOver(this.before);
    if (left.length === 0) return;
    throw new Error(
      `The spec left open what keeps the process alive: ${left.join(', ')}. Close it in the spec, or in the library; ` +
        'jest --detectOpenHandles says where it was made.',
    );
  }
}

/** Node opens the streams of a process when they are first used: in a spec that logs they would count as left open. */
function openStandardStreams() {
  return [process.stdin, process.stdout, process.stderr];
}

/** How many there are of each kind of resource that keeps this process alive. */
function open() {
  const counts = new Map();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

async function leftOver(before) {
  for (const end = performance.now() + PATIENCE_MS; ;) {
    const left = [...open()].filter(([kind, count]) => count > (before.get(kind) ?? 0) && !isOfTheSetUp(kind));
    if (left.length === 0 || performance.now() > end) return left.map(([kind, count]) => `${kind} (${count})`);
    await pause(LOOK_MS);
  }
}

function isOfTheSetUp(kind) {
  return process.send === undefined && OF_THE_SET_UP.has(kind);
}
