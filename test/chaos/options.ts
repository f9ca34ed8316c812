import { parseArgs } from 'node:util';
import { FAULTS } from './faults/catalogue.js';

export interface LabOptions {
  readonly minutes: number;
  readonly seed: number;
  /** The faults to inject; all by default. */
  readonly only: readonly string[];
  /** The commits whose builds the replicas run in turn; with one alone, the working tree's is the other. */
  readonly builds: readonly string[];
  /** How the replicated Redis is guarded. The defaults are what the documentation recommends. */
  readonly waitReplicas: number;
  readonly onFailover: 'drop' | 'trust';
  readonly minReplicasToWrite: number;
  /** Whether times that are too long are an error too. */
  readonly times: boolean;
}

const USAGE = `npm run lab -- [options]
  --minutes <n>                how long, default 1; every fault is injected once at least. From some minutes on,
                               heap, handles, connections and Redis memory that grow fail the run
  --seed <n>                   of the schedule and of what the load asks for; printed by every run
  --only <fault>               this fault alone; may be repeated
                               ${FAULTS.map(({ name }) => name).join(', ')}
  --build <commit>             replicas run this commit's build and the working tree's in turn; given
                               twice, those of the two commits
  --wait-replicas <n>          option waitReplicas of the replicated Redis, default 1; 0 leaves it out
  --on-failover <drop|trust>   option onFailover, of every Redis, default drop
  --min-replicas <n>           min-replicas-to-write of its servers, default 1
  --no-times                   only stale reads and errors fail the run, not times: for machines that are busy`;

/** @throws Error whose message is to be shown to the user */
export function parseOptions(args: readonly string[], now: number): LabOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(now % 1_000_000) },
      only: { type: 'string', multiple: true, default: [] },
      build: { type: 'string', multiple: true, default: [] },
      'wait-replicas': { type: 'string', default: '1' },
      'on-failover': { type: 'string', default: 'drop' },
      'min-replicas': { type: 'string', default: '1' },
      'no-times': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const onFailover = values['on-failover'];
  const unknown = values.only.find((name) => !FAULTS.some((fault) => fault.name === name));
  if (values.help || unknown !== undefined || (onFailover !== 'drop' && onFailover !== 'trust')) throw new Error(USAGE);
  return {
    minutes: number(values.minutes),
    seed: number(values.seed),
    only: values.only,
    builds: values.build,
    waitReplicas: number(values['wait-replicas']),
    onFailover,
    minReplicasToWrite: number(values['min-replicas']),
    times: !values['no-times'],
  };
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`"${text}" is not a number.\n${USAGE}`);
  return value;
}
