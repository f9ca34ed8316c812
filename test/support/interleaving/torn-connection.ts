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
      const { batched } = this as unknown as { batched: { mget: Mget; mgetTimed: Mget } };
      let call: Call = super.call.bind(this);
      Object.defineProperties(this, {
        call: {
          get: (): Call => {
            const carryOut = call;
            return async (command, durable) => {
              if (hasTwoKeys(command)) throw refusal();
              return carryOut(command, durable);
            };
          },
          set: (staged: Call) => {
            call = staged;
          },
        },
      });
      Object.defineProperties(batched, {
        mget: keyByKeyOf(batched.mget.bind(batched), (keys) => batched.mget(keys)),
        mgetTimed: keyByKeyOf(batched.mgetTimed.bind(batched), (keys) => batched.mgetTimed(keys)),
        readOrIssue: { get: () => () => Promise.reject(refusal()), set: STAGED_IN_VAIN },
      });
    }
  }
  return { ...library, RedisConnection: TornConnection };
}

/** What is refused is never put on a stage. */
const STAGED_IN_VAIN = (_staged: unknown): void => undefined;

function refusal(): Error {
  return new Error('TRYAGAIN Multiple keys request during rehashing of slot');
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
