import type { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import type { Command } from '../../../lib/redis/scripts/script-runner.js';
import type { RedisLibrary } from './redis-library.js';

type Call = RedisConnection['call'];
type Mget = (keys: string[]) => Promise<readonly unknown[]>;

/**
 * The library on a Redis that refuses every command with two keys, as a Cluster does while their slot moves and one of them
 * is not where the other is: every step is taken key by key. The refusals themselves are never put on a stage.
 */
export function keyByKey(library: RedisLibrary): RedisLibrary {
  class TornConnection extends library.RedisConnection {
    constructor(...args: ConstructorParameters<typeof RedisConnection>) {
      super(...args);
      const own = this as unknown as { mget: Mget };
      let [call, mget]: [Call, Mget] = [super.call.bind(this), own.mget.bind(this)];
      Object.defineProperties(this, {
        call: {
          get: (): Call => {
            const carryOut = call;
            return async (command, durable) => {
              if (hasTwoKeys(command)) throw new Error('TRYAGAIN Multiple keys request during rehashing of slot');
              return carryOut(command, durable);
            };
          },
          set: (staged: Call) => {
            call = staged;
          },
        },
        mget: {
          // What a connection does with a refused MGET.
          get: (): Mget => {
            const carryOut = mget;
            return async (keys) => (keys.length > 1 ? apart(keys, own.mget) : carryOut(keys));
          },
          set: (staged: Mget) => {
            mget = staged;
          },
        },
      });
    }
  }
  return { ...library, RedisConnection: TornConnection };
}

function hasTwoKeys([name, , keys]: Command): boolean {
  return (name === 'evalsha' || name === 'eval') && keys === 2;
}

async function apart(keys: readonly string[], mget: Mget): Promise<readonly unknown[]> {
  const replies = await Promise.all(keys.map((key) => mget([key])));
  return replies.map(([reply]) => reply);
}
