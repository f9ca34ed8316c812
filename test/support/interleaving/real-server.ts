import type { Redis } from 'ioredis';

import { generationKey } from '../../../lib/keys/storage-keys.js';
import { setText } from './canonical.js';
import { storageKey } from './namespace.js';
import type { Sent } from './simulated-server.js';
import type { StepName } from './stage.js';
import { textOf } from './texts.js';
import type { Exposed } from './world.js';

interface Cell {
  readonly key: string;
  readonly generation: number;
  readonly tokens: readonly string[];
}

const QUESTIONS = new Set(['mget', 'mget, timed', 'scan', 'pttl']);

/** A Redis as it was after the last command, looked at through a client of its own. */
export class RealServer implements Exposed {
  readonly sent: Sent[] = [];
  readonly lost = undefined;
  private cells: readonly Cell[] = [];
  private entries: readonly (readonly [key: string, entry: Buffer])[] = [];

  /** @param keys the callers' keys that a program uses */
  constructor(
    private readonly outside: Redis,
    private readonly keys: readonly string[],
  ) {}

  async look(): Promise<void> {
    const keys = this.keys.map(storageKey);
    const found = await this.outside.mgetBuffer(...keys, ...keys.map((key) => generationKey(key)));
    this.entries = keys.flatMap((key, i) => (found[i] ? [[key, found[i]] as const] : []));
    this.cells = keys.flatMap((key, i) => {
      const cell = found[keys.length + i]?.toString();
      return cell === undefined ? [] : [parse(key, cell)];
    });
  }

  plain(): string[] {
    return this.cells.filter(({ tokens }) => tokens.length === 0).map(({ key }) => key);
  }

  open(): string[] {
    return this.cells.filter(({ tokens }) => tokens.length > 0).map(({ key }) => key);
  }

  held(): string[] {
    return this.entries.map(([key]) => key);
  }

  tokens(): { key: string; token: string }[] {
    return this.cells.flatMap(({ key, tokens }) => tokens.map((token) => ({ key, token })));
  }

  async loseCell(key: string): Promise<void> {
    await this.outside.del(generationKey(key));
    await this.look();
  }

  async loseValue(key: string): Promise<void> {
    await this.outside.del(key);
    await this.look();
  }

  /** Puts the deadline of the token into the past; a cell expires with its last one. */
  async lapse(key: string, token: string): Promise<void> {
    const others = this.cells.find((cell) => cell.key === key)?.tokens.filter((other) => other !== token) ?? [];
    const name = generationKey(key);
    const cell = (await this.outside.get(name)) ?? '';
    if (others.length === 0) await this.outside.del(name);
    else await this.outside.set(name, cell.replace(new RegExp(`;${token}=\\d+`), `;${token}=1`), 'KEEPTTL');
    await this.look();
  }

  restart(): never {
    throw new Error('Not in the middle of a program: use the laboratory.');
  }

  recover(): never {
    throw new Error('It was not restarted.');
  }

  changes({ call }: StepName): boolean {
    return !QUESTIONS.has(call);
  }

  text(): string {
    const cells = this.cells.map(({ key, generation, tokens }) => {
      return `${key}=${textOf(generation)}${setText(tokens.map(textOf))}`;
    });
    return [...cells, ...this.entries.map(([key, entry]) => `${key}=${textOf(entry)}`)].join('\n');
  }
}

/** Tokens whose deadline was put into the past are gone. */
function parse(key: string, cell: string): Cell {
  const tokens = [...cell.matchAll(/;(token[^=]+)=(\d+)/g)].filter(([, , deadline]) => Number(deadline) > 1);
  return {
    key,
    generation: Number.parseInt(cell.replace('!', ''), 10),
    tokens: tokens.map(([, token]) => token as string),
  };
}
