import { Redis } from 'ioredis';

import type { CasProvider } from '../../../../lib/contracts/provider.js';
import { storageKeyOf } from '../../../../lib/keys/storage-keys.js';
import { CasSubject } from '../cas-subject.js';
import { valuesOf } from '../local-stores.js';
import { storageKey } from '../namespace.js';
import { Processes } from '../processes.js';
import { RealServer } from '../real-server.js';
import type { RedisLibrary } from '../redis-library.js';
import { scheduled } from '../scheduled.js';
import { SteppedConnection } from '../stepped-connection.js';
import type { Stage } from '../stage.js';
import type { Frames, Topology, World } from '../world.js';

const PROCESSES = [0, 1] as const;
/** What programs use. */
const KEYS = ['a', 'b'];
type Parts = ConstructorParameters<typeof CasSubject>[1];
/** `new keys`: no process has asked for a key before. In the others, every process has asked for all. */
type Kind = 'near' | 'redis' | 'redis, new keys' | 'tiered';

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
      hasStates: true,
      open: (stage) => this.open(kind, stage),
    };
  }

  async close(): Promise<void> {
    for (const { connection } of this.connections) await connection.close();
    await this.outside.quit();
  }

  private async open(kind: Kind, stage: Stage): Promise<World> {
    await this.outside.flushall();
    const server = new RealServer(this.outside, KEYS);
    const owns: CasProvider[] = [];
    const processes = new Processes(PROCESSES.length, (process) => {
      const { connection } = this.connections[process] as SteppedConnection;
      const own = (owns[process] = valuesOf(this.library));
      const near = scheduled('near', own, stage, kind === 'near' ? 'none' : 'get');
      return new CasSubject(this.library, this.parts(kind, connection, near), stage);
    });
    for (const connection of this.connections) {
      connection.play({
        stage,
        checks: (names) =>
          stage.checks(
            names.flatMap((name) => storageKeyOf(name) ?? []),
            false,
          ),
        changed: (name, repeat) => {
          const again = async (): Promise<void> => {
            await repeat();
            await server.look();
          };
          server.sent.push({ name, repeat: again });
        },
        after: () => server.look(),
      });
    }
    return {
      processes,
      frames: kind === 'near' ? undefined : this.frames(server),
      server,
      answersAtOnce: false,
      keepsNothing: kind === 'redis' || kind === 'redis, new keys',
      text: () => server.text(),
      disasters: {
        loseGeneration: (key) => server.loseCell(storageKey(key)),
        loseValue: async (key) => {
          for (const own of owns) await own?.delete(storageKey(key));
          await server.loseValue(storageKey(key));
        },
        flush: async () => {
          await this.outside.flushall();
          await server.look();
        },
      },
      restart: (process) => processes.restart(process),
      close: () => {
        for (const connection of this.connections) connection.play(undefined);
      },
    };
  }

  private frames(server: RealServer): Frames {
    return {
      put: async (key, frame) => {
        await this.outside.set(storageKey(key), Buffer.from(frame), 'PX', 60_000);
        await server.look();
      },
      get: async (key) => (await this.outside.getBuffer(storageKey(key))) ?? undefined,
    };
  }

  private parts(kind: Kind, connection: SteppedConnection['connection'], near: CasProvider): Parts {
    const generations = new this.library.RedisGenerationStore(connection);
    if (kind === 'near') return { provider: near, generations };
    // What a process has asked for would be of its state, and it is to have none.
    Object.assign(generations, { seen: { add: () => kind !== 'redis, new keys', pause: () => undefined } });
    const provider = new this.library.RedisProvider(connection);
    return kind === 'tiered' ? { provider, generations, near } : { provider, generations };
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
    await atomic?.timed?.read(key);
    await atomic?.readOrIssue?.(key);
    await atomic?.invalidate(key);
    await generations.bump(key);
    await generations.intents?.open([key], 'any', 1_000);
    await generations.intents?.renew([key], 'any', 1_000);
    await generations.intents?.settle([key], 'any');
    await generations.leases?.acquire(key, 'any', 1_000);
    await generations.leases?.release(key, 'any');
    await generations.clear(key);
  }
}
