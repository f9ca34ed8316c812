import { Redis } from 'ioredis';

import type { CasProvider } from '../../../../lib/contracts/provider.js';
import { generationKey } from '../../../../lib/keys/storage-keys.js';
import { CasSubject } from '../cas-subject.js';
import { valuesOf } from '../local-stores.js';
import { storageKey } from '../namespace.js';
import { Processes } from '../processes.js';
import type { RedisLibrary } from '../redis-library.js';
import { scheduled } from '../scheduled.js';
import { SteppedConnection } from '../stepped-connection.js';
import { tokensOf } from '../tokens.js';
import type { Topology, World } from '../world.js';

const PROCESSES = [0, 1] as const;

type Parts = ConstructorParameters<typeof CasSubject>[1];
type Kind = 'near' | 'redis' | 'tiered';

/** Two processes over a Redis of their own, which is flushed before every schedule. */
export class RealRedis {
  private constructor(
    private readonly library: RedisLibrary,
    private readonly outside: Redis,
    private readonly connections: readonly SteppedConnection[],
  ) {}

  static async connect(library: RedisLibrary, url: string): Promise<RealRedis> {
    const connections = PROCESSES.map(() => new SteppedConnection(library, url));
    const real = new RealRedis(library, new Redis(url), connections);
    for (const { connection } of connections) await real.loadScripts(connection);
    return real;
  }

  topology(kind: Kind): Topology {
    return {
      name: `${kind}, on a real Redis`,
      sockets: true,
      open: async (stage): Promise<World> => {
        await this.outside.flushall();
        const owns: CasProvider[] = [];
        const processes = new Processes(PROCESSES.length, (process) => {
          const { connection } = this.connections[process] as SteppedConnection;
          const near = scheduled(
            'near',
            (owns[process] = valuesOf(this.library)),
            stage,
            kind === 'near' ? 'none' : 'get',
          );
          return new CasSubject(this.library, this.parts(kind, connection, near), tokensOf(stage));
        });
        for (const connection of this.connections) connection.play(stage);
        return {
          processes,
          answersAtOnce: false,
          disasters: {
            loseGeneration: async (key) => void (await this.outside.del(generationKey(storageKey(key)))),
            loseValue: async (key) => {
              for (const own of owns) await own.delete(storageKey(key));
              await this.outside.del(storageKey(key));
            },
            flush: async () => void (await this.outside.flushall()),
          },
          restart: (process) => processes.restart(process),
          close: () => {
            for (const connection of this.connections) connection.play(undefined);
          },
        };
      },
    };
  }

  async close(): Promise<void> {
    for (const { connection } of this.connections) await connection.close();
    await this.outside.quit();
  }

  private parts(kind: Kind, connection: SteppedConnection['connection'], near: CasProvider): Parts {
    const generations = new this.library.RedisGenerationStore(connection);
    if (kind === 'near') return { provider: near, generations };
    const provider = new this.library.RedisProvider(connection);
    return kind === 'redis' ? { provider, generations } : { provider, generations, near };
  }

  /** A server that does not know a script yet costs a step more, the first time only: schedules would differ. */
  private async loadScripts(connection: SteppedConnection['connection']): Promise<void> {
    const provider = new this.library.RedisProvider(connection);
    const generations = new this.library.RedisGenerationStore(connection);
    const atomic = provider.atomicWith(generations);
    const key = storageKey('any');
    const generation = await generations.snapshot(key);
    await generations.extend(key, generation, 1_000);
    await atomic?.fill(key, generation, Buffer.from('any'), 1_000);
    await atomic?.invalidate(key);
    await generations.bump(key);
    await generations.clear(key);
  }
}
