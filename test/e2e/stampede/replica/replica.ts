import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { CasTopology } from 'nestjs-cascache';
import type { News, Order } from './messages.js';

const ROOT = process.cwd();
const MAIN = join(ROOT, 'test/e2e/stampede/replica/main.ts');
const REGISTER = join(ROOT, 'test/support/typescript/register.mjs');

export interface ReplicaOptions {
  readonly redisPort: number;
  readonly topology: CasTopology;
  /** Milliseconds. */
  readonly stampedeWait: number;
}

/** A replica, running as a process. */
export class Replica {
  /** How often its loader was called, for each key. */
  readonly loads = new Map<string, number>();
  /** Told of each of its loads. */
  onLoad: (key: string) => void = () => undefined;
  private output = '';
  private readonly news: News[] = [];
  private readonly waiting = new Set<() => void>();
  private readonly ended: Promise<void>;
  private isOver = false;

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    child.on('message', (news: News) => this.learn(news));
    this.ended = new Promise((resolve) => {
      child.once('close', () => {
        this.isOver = true;
        resolve();
        this.wake();
      });
    });
  }

  /** Resolves when it is ready to be asked. */
  static async start({ redisPort, topology, stampedeWait }: ReplicaOptions): Promise<Replica> {
    const child = fork(MAIN, [String(redisPort), topology, String(stampedeWait)], {
      execArgv: ['--import', REGISTER, '--unhandled-rejections=strict'],
      env: { ...process.env, CASCACHE_SOURCES: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const replica = new Replica(child);
    await replica.hears((news) => 'ready' in news);
    return replica;
  }

  /** So many callers ask for the key. Resolves when each has missed. */
  async ask(key: string, callers: number): Promise<void> {
    this.tell({ ask: key, callers });
    await this.hears((news) => 'missed' in news && news.missed === key);
  }

  /** Lets its loader return. */
  finish(key: string, value: string): void {
    this.tell({ finish: key, value });
  }

  /** What each caller got. */
  async answers(key: string): Promise<readonly string[]> {
    const news = await this.hears((each) => 'values' in each && each.of === key);
    return 'values' in news ? news.values : [];
  }

  /** Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private tell(order: Order): void {
    this.child.send(order);
  }

  private learn(news: News): void {
    this.news.push(news);
    if ('loading' in news) {
      this.loads.set(news.loading, (this.loads.get(news.loading) ?? 0) + 1);
      this.onLoad(news.loading);
    }
    this.wake();
  }

  private wake(): void {
    for (const look of this.waiting) look();
  }

  private hears(wanted: (news: News) => boolean): Promise<News> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.news.find(wanted);
        if (found === undefined && !this.isOver) return;
        this.waiting.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`the replica has ended:\n${this.output}`));
      };
      this.waiting.add(look);
      look();
    });
  }
}
