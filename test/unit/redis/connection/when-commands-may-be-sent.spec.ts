import { EventEmitter } from 'node:events';

import type { Redis } from 'ioredis';
import { beforeEach, describe, expect, it } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { ConnectionGate } from '../../../../lib/redis/connection/connection-gate.js';

/** A client that does what the spec says. */
class Client extends EventEmitter {
  status = 'wait';
  readonly left: boolean[] = [];

  disconnect(reconnect = false): void {
    this.left.push(reconnect);
  }

  becomes(status: 'ready' | 'close' | 'reconnecting' | 'end'): void {
    this.status = status;
    this.emit(status);
  }

  fails(error: Error): void {
    this.emit('error', error);
  }
}

const refusedSelect = (message = 'ERR DB index is out of range'): Error =>
  Object.assign(new Error(message), { command: { name: 'select' } });
const unreachable = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('commands', () => {
  let client: Client;
  let gate: ConnectionGate;
  let connects: number;

  beforeEach(() => {
    client = new Client();
    connects = 0;
    gate = new ConnectionGate(client as unknown as Redis, 'Redis at h:1', () => connects++);
  });

  /** Whether a command may be sent, as far as it is known by now. */
  const passes = async (): Promise<'yes' | 'waits' | Error> => {
    let answer: 'yes' | 'waits' | Error = 'waits';
    gate.pass().then(
      () => (answer = 'yes'),
      (error: unknown) => (answer = error as Error),
    );
    await new Promise((resolve) => setImmediate(resolve));
    return answer;
  };
  const reason = async (): Promise<string> => {
    const answer = await passes();
    expect(answer).toBeInstanceOf(CasUnavailableError);
    return (answer as Error).message;
  };

  it('wait for the first attempt to connect, which the first of them begins', async () => {
    expect(gate.isOpen).toBe(false);
    expect(connects).toBe(0);
    const [one, other] = [gate.pass(), gate.pass()];
    expect(await passes()).toBe('waits');
    expect(connects).toBe(1);
    client.becomes('ready');
    await Promise.all([one, other]);
    expect(gate.isOpen).toBe(true);
    expect(connects).toBe(1);
  });

  it('are refused when that has failed, with the reason', async () => {
    const waiting = gate.pass();
    client.fails(unreachable());
    await expect(waiting).rejects.toThrow(/Redis at h:1 cannot be used now \(connect ECONNREFUSED\)/);
    expect(await reason()).toContain('ECONNREFUSED');
    expect(connects).toBe(1);
  });

  it.each(['close', 'reconnecting', 'end'] as const)('are refused from "%s" until it is ready again', async (event) => {
    client.becomes('ready');
    expect(await passes()).toBe('yes');
    client.becomes(event);
    expect(await reason()).toContain('the connection was lost');
    client.becomes('ready');
    expect(await passes()).toBe('yes');
  });

  it('are let through no more by a failure that came before', async () => {
    client.fails(unreachable());
    client.becomes('ready');
    client.becomes('close');
    expect(await reason()).toContain('the connection was lost');
  });

  it('have no client connect that is connected, or was', async () => {
    client.becomes('ready');
    await gate.attempted();
    client.becomes('close');
    await gate.attempted();
    expect(connects).toBe(0);
  });

  it('are not sent where the client has left again by the time that it is told ready', async () => {
    client.emit('ready');
    expect(gate.isOpen).toBe(false);
    expect(await passes()).toBe('waits');
  });

  it('are not sent, nor is anything waited for, once it is closed', async () => {
    const waiting = gate.pass();
    gate.close();
    await expect(waiting).rejects.toThrow('the connection was closed');
    client.becomes('ready');
    client.fails(unreachable());
    expect(gate.isOpen).toBe(false);
    expect(await reason()).toContain('the connection was closed');
  });

  it('an error while it is ready refuses nothing', async () => {
    client.becomes('ready');
    client.fails(new Error('a reply that nobody waited for'));
    expect(await passes()).toBe('yes');
    expect(client.left).toEqual([]);
  });

  describe('where SELECT is refused', () => {
    it('the connection is left before anything is sent on it, and made anew', async () => {
      client.fails(refusedSelect());
      expect(client.left).toEqual([true]);
      expect(await reason()).toMatch(/refuses to SELECT.*DB index is out of range.*Leave `db` out/);
    });

    it('that stays the reason, though a later error comes of leaving', async () => {
      client.fails(refusedSelect());
      client.fails(new Error('Connection is closed.'));
      client.becomes('close');
      expect(await reason()).toContain('refuses to SELECT');
    });

    it('a server that cannot be reached any more says more', async () => {
      client.fails(refusedSelect());
      client.fails(unreachable());
      expect(await reason()).toContain('ECONNREFUSED');
    });

    it('a refused password is the reason, where there is one', async () => {
      client.fails(refusedSelect('NOAUTH Authentication required.'));
      expect(client.left).toEqual([]);
      expect(await reason()).toContain('NOAUTH');
    });
  });
});
