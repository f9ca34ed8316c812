import type { Redis } from 'ioredis';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { ask } from '../arenas/ask.js';
import type { ReplicaVitals } from '../app/protocol.js';
import { BOUNDS, exceeds, growthOf, LEAST_SAMPLES } from './growth.js';
import type { Bound } from './growth.js';

const MB = 1024 * 1024;
const EVERY_MS = 5_000;

/** What is asked. */
export interface Patients {
  /** By the number of the replica; one that was killed meanwhile is left out. */
  vitals(): Promise<ReadonlyMap<number, ReplicaVitals>>;
  readonly servers: readonly RedisServer[];
}

interface Series {
  readonly whose: string;
  readonly bound: Bound;
  readonly samples: number[];
}

/** Takes samples, in one round, of what has to stay flat, and says what did not. */
export class Endurance {
  private readonly series = new Map<string, Series>();
  private last = performance.now();

  constructor(
    private readonly arena: string,
    private readonly patients: Patients,
  ) {}

  /** One line about everything, at most once in some seconds. To be called while no fault is being injected. */
  async sample(): Promise<string | undefined> {
    if (performance.now() - this.last < EVERY_MS) return undefined;
    const [vitals, servers] = await Promise.all([this.patients.vitals(), this.askServers()]);
    this.last = performance.now();
    const ours = [...vitals].toSorted(([a], [b]) => a - b);
    for (const [replica, { pid, heapBytes, handles }] of ours) {
      const whose = `replica ${replica} (process ${pid})`;
      this.add(whose, BOUNDS.heap, heapBytes / MB);
      this.add(whose, BOUNDS.handles, handles);
    }
    const connections = sum(servers.map((server) => server.connections));
    const memory = sum(servers.map((server) => server.memoryBytes)) / MB;
    this.add('Redis', BOUNDS.connections, connections);
    this.add('Redis', BOUNDS.memory, memory);
    return [
      `heap ${ours.map(([, { heapBytes }]) => (heapBytes / MB).toFixed(1)).join(', ')} MB`,
      `handles ${ours.map(([, { handles }]) => handles).join(', ')}`,
      `connections on Redis ${connections}`,
      `used_memory ${servers.map((server) => (server.memoryBytes / MB).toFixed(2)).join(', ')} MB`,
    ].join('; ');
  }

  /** What there is to say at the end, and what of it is wrong. */
  verdict(): { readonly lines: string[]; readonly wrong: string[] } {
    const lines: string[] = [];
    const wrong: string[] = [];
    let short = 0;
    for (const { whose, bound, samples } of this.series.values()) {
      const growth = growthOf(samples);
      if (growth === undefined) short++;
      else {
        const unit = bound.unit && ` ${bound.unit}`;
        const text = `${this.arena}, ${whose}: ${bound.what} from ${growth.from.toFixed(1)} to ${growth.to.toFixed(1)}${unit}`;
        lines.push(`${text} (${samples.length} samples, at most + ${bound.growth}${unit})`);
        if (exceeds(growth, bound)) wrong.push(`${text}, which is more than ${bound.growth}${unit} of growth`);
      }
    }
    if (short > 0) lines.push(`${this.arena}: ${short} series of less than ${LEAST_SAMPLES} samples were not judged`);
    return { lines, wrong };
  }

  private add(whose: string, bound: Bound, sample: number): void {
    const name = `${whose}: ${bound.what}`;
    const series = this.series.get(name) ?? { whose, bound, samples: [] };
    this.series.set(name, series);
    series.samples.push(sample);
  }

  private askServers(): Promise<{ connections: number; memoryBytes: number }[]> {
    return Promise.all(this.patients.servers.map((server) => ask(server, measure)));
  }
}

async function measure(client: Redis): Promise<{ connections: number; memoryBytes: number }> {
  const own = await client.client('ID');
  const clients = String(await client.client('LIST')).split('\n');
  const connections = clients.filter((line) => line !== '' && !line.startsWith(`id=${own} `)).length;
  const memoryBytes = Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]);
  return { connections, memoryBytes };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
