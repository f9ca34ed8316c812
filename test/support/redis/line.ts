import { connect } from 'node:net';

import { openDoor } from './door.js';
import type { RedisServer } from './redis-server.mjs';

/** The way from a process to its Redis, which a test can cut. */
export interface Line {
  readonly url: string;
  /** Ends every connection; none can be made until it is mended. */
  cut(): void;
  /** From now on what is sent arrives, and no reply comes back, until it was cut and mended. */
  loseReplies(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function lineTo(server: RedisServer): Promise<Line> {
  let state: 'whole' | 'deaf' | 'cut' = 'whole';
  const door = await openDoor((client) => {
    if (state === 'cut') return undefined;
    const behind = connect(server.port, '127.0.0.1');
    client.pipe(behind);
    behind.on('data', (bytes) => {
      if (state !== 'deaf') client.write(bytes);
    });
    return behind;
  });
  return {
    url: door.url,
    cut: () => {
      state = 'cut';
      door.cut();
    },
    loseReplies: () => (state = 'deaf'),
    mend: () => (state = 'whole'),
    close: () => door.close(),
  };
}
