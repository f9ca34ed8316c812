import type { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import type { Command } from '../../../lib/redis/scripts/script-runner.js';
import type { RedisLibrary } from './redis-library.js';

type Call = RedisConnection['call'];
type Mget = (keys: string[]) => Promise<readonly unknown[]>;

/**
 * The library on a Redis that refuses every command with two keys, as a Cluster does while their slot moves and one of
 * them is not where the other is: every step is taken key by key. The refusals themselves are never put on a stage.
 */
export function keyByKey(library: RedisLibrary): RedisLibrary {
  class TornConnection extends library.RedisConnection {
    constructor(...args: ConstructorParameters<typeof RedisConnection>) {
      super(...args);
      const own = this as unknown as { mget: Mget; mgetTimed: Mget };
      let call: Call = super.call.bind(this);
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
        mget: keyByKeyOf(own.mget.bind(this), (keys) => own.mget(keys)),
        mgetTimed: keyByKeyOf(own.mgetTimed.bind(this), (keys) => own.mgetTimed(keys)),
      });
    }
  }
  return { ...library, RedisConnection: TornConnection };
}

function hasTwoKeys([name, , keys]: Command): boolean {
  return (name === 'evalsha' || name === 'eval') && keys === 2;
}

/** What a connection does with a refused request for several keys: asks for them one by one. */
function keyByKeyOf(mget: Mget, ask: Mget): PropertyDescriptor {
  let carriesOut = mget;
  return {
    get: (): Mget => {
      const carryOut = carriesOut;
      return async (keys) => (keys.length > 1 ? apart(keys, ask) : carryOut(keys));
    },
    set: (staged: Mget) => {
      carriesOut = staged;
    },
  };
}

async function apart(keys: readonly string[], mget: Mget): Promise<readonly unknown[]> {
  const replies = await Promise.all(keys.map((key) => mget([key])));
  return replies.map(([reply]) => reply);
}
