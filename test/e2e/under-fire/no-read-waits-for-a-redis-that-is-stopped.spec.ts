import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { CasCacheModule } from 'nestjs-cascache';
import type { CacheEvent, CasTopology } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { until } from '../../support/redis/until.js';

const { compile, start } = applications();
/** No connection is given up before the test is over. */
const AN_HOUR_MS = 3_600_000;
/** An application that waits for its Redis would never start: then there is no need to wait for that for long. */
const FOR_EVER_MS = 30_000;

describe.each<CasTopology>(['redis', 'near', 'tiered'])(
  'topology %s, while Redis takes what it is sent and answers nothing',
  (topology) => {
    let redis: RedisServer;
    let breaker: { heard(open: boolean): Promise<void>; readonly onEvent: (event: CacheEvent) => void };

    beforeEach(async () => {
      redis = await startRedis();
      const waiting = new Map<boolean, () => void>();
      breaker = {
        heard: (open) => new Promise((resolve) => waiting.set(open, resolve)),
        onEvent: (event) => {
          if (event.type === 'breaker') waiting.get(event.open)?.();
        },
      };
    });
    afterEach(() => redis.stop('SIGKILL'));

    const application = async (make = compile, socketTimeout?: number): Promise<UserRepository> => {
      const root = CasCacheModule.forRoot({
        topology,
        redis: { host: '127.0.0.1', port: redis.port, socketTimeout },
        logger: false,
        hooks: breaker,
        defaults: { timeout: 100 },
      });
      const app = await make({ imports: [root, CasCacheModule.forFeature('user')], providers: [UserRepository] });
      return app.get(UserRepository);
    };
    const stop = (): boolean => process.kill(redis.pid as number, 'SIGSTOP');
    const goOn = (): boolean => process.kill(redis.pid as number, 'SIGCONT');

    /** On a busy machine a read or two may miss their short deadline. */
    const becomesAHit = (users: UserRepository, id: string): Promise<void> =>
      until(async () => {
        const { reads } = users;
        await users.find(id);
        return users.reads === reads;
      }, 'a read hit');

    /** Whether the read is answered by the time that the event loop has turned, before any timer could ring. */
    const isAnsweredAtOnce = async (read: Promise<unknown>): Promise<boolean> => {
      let answered = false;
      void read.then(() => (answered = true));
      await turn();
      return answered;
    };

    it('every read is answered by the source, and none waits for Redis once the breaker is open', async () => {
      const users = await application();
      await becomesAHit(users, '1');
      const opened = breaker.heard(true);
      stop();
      expect(await isAnsweredAtOnce(users.find('1'))).toBe(false);
      const first = await Promise.all(Array.from({ length: 20 }, (_, i) => users.find(`${i}`)));
      expect(first.every(({ name }) => name === 'Linus')).toBe(true);
      await opened;

      users.name = 'Ada';
      for (let i = 0; i < 20; i++) {
        const read = users.find(`${i}`);
        expect(await isAnsweredAtOnce(read)).toBe(true);
        expect((await read).name).toBe('Ada');
      }
    });

    it('it was so from the beginning: the application boots, answers, and uses Redis when it goes on', async () => {
      stop();
      const opened = breaker.heard(true);
      const users = await application();
      expect((await Promise.all(['1', '2', '3', '4', '5', '6'].map((id) => users.find(id)))).length).toBe(6);
      await opened;
      expect(await isAnsweredAtOnce(users.find('1'))).toBe(true);

      const closed = breaker.heard(false);
      goOn();
      await closed;
      await becomesAHit(users, '7');
    });

    it(
      'an application starts, although no answer ever comes',
      async () => {
        stop();
        const users = await application(start, AN_HOUR_MS);
        expect((await users.find('1')).name).toBe('Linus');
      },
      FOR_EVER_MS,
    );
  },
);
