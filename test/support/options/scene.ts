import type { TestingModule } from '@nestjs/testing';
import { CasCacheModule, CasCacheRegistry, runInCasRequest } from 'nestjs-cascache';
import type { CasCacheNamespaceOptions, CasCacheService, LoadContext } from 'nestjs-cascache';
import { Deferred } from '../core/deferred.js';
import type { Compile } from '../nest/applications.js';
import { freshNamespace, sharedRedis } from '../redis/shared-redis.js';
import type { Feature, Place } from './features.js';

/** A row of the source, in its version. */
export interface Row {
  readonly version: number;
}

export type Cache = CasCacheService<Row>;

/** A machine may be too busy for the usual deadlines. */
const PATIENT = { timeout: '10s', stampedeWait: '10s' } as const;
const KEYS = ['row', 'another'] as const;

/** The processes of one application whose namespace has two options, over one source. */
export class Scene {
  readonly namespace = freshNamespace();
  readonly key = KEYS[0];
  /** The version of the row that is committed. */
  version = 1;
  loads = 0;
  private readonly apps: TestingModule[] = [];

  constructor(
    private readonly start: Compile,
    readonly features: readonly Feature[],
    readonly place: Place,
  ) {}

  /** Whether what is done in one process is to be seen in another. */
  get isShared(): boolean {
    return !this.place.startsWith('memory');
  }

  has(name: string): boolean {
    return this.features.some((feature) => feature.name === name);
  }

  /** One more process. @throws the error of its start */
  async process(options: Partial<CasCacheNamespaceOptions> = {}): Promise<Cache> {
    const topology = this.place === 'memory, in bytes' ? 'memory' : this.place;
    const bytes = this.place === 'memory, in bytes' ? { maxBytes: 10_000_000 } : {};
    const own = Object.assign({}, ...this.features.map((feature) => feature.options())) as object;
    const redis = this.isShared ? { redis: await sharedRedis() } : {};
    const app = await this.start({
      imports: [
        CasCacheModule.forRoot({ topology, ...redis, logger: false }),
        CasCacheModule.forFeature({ namespace: this.namespace, ...PATIENT, ...bytes, ...own, ...options }),
      ],
    });
    this.apps.push(app);
    return app.get(CasCacheRegistry).get<Row>(this.namespace);
  }

  async commit(): Promise<number> {
    return ++this.version;
  }

  /** Reads the row as the options have it, each time as a request of its own. */
  read(cache: Cache, load = this.load): Promise<number> {
    return runInCasRequest(() => this.readHere(cache, load));
  }

  /** As `read`, in the request of the caller. */
  async readHere(cache: Cache, load = this.load): Promise<number> {
    const options = this.has('`tags`') ? { tags: ['all', 'some'] } : {};
    if (!this.has('many keys')) return (await cache.getOrLoad(this.key, load, options)).version;
    const many = async (missing: string[], context: LoadContext): Promise<Map<string, Row>> => {
      const row = await load(context);
      return new Map(missing.map((key) => [key, row]));
    };
    return (await cache.getOrLoadMany(KEYS, many, options)).get(this.key)?.version as number;
  }

  readonly load = async (_context: LoadContext): Promise<Row> => {
    this.loads++;
    return { version: this.version };
  };

  /** A load that has read the source, and answers when it is told to. */
  slowLoad(): { readonly load: () => Promise<Row>; readonly hasRead: Promise<void>; readonly answer: () => void } {
    const [hasRead, answer] = [new Deferred(), new Deferred()];
    const load = async (): Promise<Row> => {
      const { version } = this;
      hasRead.resolve();
      await answer.promise;
      return { version };
    };
    return { load, hasRead: hasRead.promise, answer: () => answer.resolve() };
  }

  async close(): Promise<void> {
    for (const app of this.apps) await app.close();
  }
}
