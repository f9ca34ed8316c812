import { connect } from 'node:net';

import { CommandReader } from './command-reader.js';
import { openDoor } from './door.js';
import { startRedis } from './redis-server.mjs';
import type { RedisServer } from './redis-server.mjs';

/** How a service differs from Redis, by its documentation. */
export interface Differences {
  /** Commands that nobody may send, in scripts neither. */
  readonly unknown?: readonly string[];
  /** The same, answered as a user is who may not send them. */
  readonly forbidden?: readonly string[];
  /** Commands that scripts may not call. */
  readonly notInScripts?: readonly string[];
  /** What INFO answers for a section, where it is not what Redis answers. */
  readonly info?: (section: string) => string | undefined;
  readonly cluster?: boolean;
}

/** A Redis that answers as a managed service does. */
export interface StandIn {
  readonly port: number;
  readonly url: string;
  /** The server behind it, which answers whatever it is asked. */
  readonly server: RedisServer;
  /** Names of the commands that were sent. */
  readonly sent: ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Is put before the name of a command that only those outside of scripts may use. */
const HIDDEN = 'outside-of-scripts-';

/**
 * A real server, some of whose commands are taken away or renamed, behind a proxy that rewrites what is sent. Replies
 * come back as they are: what a service answers otherwise is asked of the server as a script that returns it.
 */
export async function standInFor(differences: Differences): Promise<StandIn> {
  const server = await startRedis({ args: argumentsFor(differences) });
  const sent = new Set<string>();
  const door = await openDoor((client) => {
    const behind = connect(server.port, '127.0.0.1');
    const reader = new CommandReader((command) => {
      sent.add(name(command));
      behind.write(encoded(rewritten(command, differences)));
    });
    client.on('data', (bytes) => reader.push(bytes));
    behind.pipe(client);
    return behind;
  });
  return {
    port: door.port,
    url: door.url,
    server,
    sent,
    stop: async () => {
      await door.close();
      await server.stop();
    },
  };
}

function argumentsFor({ unknown = [], forbidden = [], notInScripts = [], cluster }: Differences): string[] {
  const renamed = [
    ...unknown.map((command) => [command, '']),
    ...notInScripts.map((command) => [command, HIDDEN + command]),
  ];
  const users = forbidden.map((command) => `-${command}`);
  return [
    ...renamed.flatMap(([command = '', as = '']) => ['--rename-command', command, as]),
    ...(users.length === 0 ? [] : ['--user', 'default', 'on', 'nopass', '~*', '&*', '+@all', ...users]),
    ...(cluster === true ? ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'] : []),
  ];
}

function rewritten(command: readonly Buffer[], { notInScripts = [], info }: Differences): readonly (Buffer | string)[] {
  const asked = name(command);
  const answer = asked === 'info' ? info?.(String(command[1] ?? 'default').toLowerCase()) : undefined;
  if (answer !== undefined) return ['eval', 'return ARGV[1]', '0', answer];
  return notInScripts.includes(asked) ? [HIDDEN + asked, ...command.slice(1)] : command;
}

function name(command: readonly Buffer[]): string {
  return String(command[0]).toLowerCase();
}

function encoded(command: readonly (Buffer | string)[]): Buffer {
  const parts = command.flatMap((part) => {
    const bytes = Buffer.from(part);
    return [Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')];
  });
  return Buffer.concat([Buffer.from(`*${command.length}\r\n`), ...parts]);
}
