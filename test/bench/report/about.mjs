import { availableParallelism, loadavg } from 'node:os';

/** When, where and how. The answer is called at the end: what else the machine did meanwhile belongs to the result. */
export function circumstances(command) {
  const minute = () => loadavg()[0].toFixed(1);
  const begun = minute();
  return () => ({
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cpus: availableParallelism(),
    load: [begun, minute()],
    command,
  });
}
