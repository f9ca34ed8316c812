// What Redis says that a key takes: a value of ours, its generation, and the same value without either.
import { Redis } from 'ioredis';
import { MsgpackCodec, fill, openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';

await answer(async () => {
  const [key] = keysOf(1);
  const value = SIZES['200 B'](1);
  const app = await openApplication({ redis: spec.url }, [{ namespace: 'bench', timeout: 10_000 }]);
  const cache = app.cache('bench');
  while ((await cache.snapshotGen(key)) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await fill(cache, [[key, value]]);
  const redis = new Redis(spec.url);
  await redis.set(
    `plain.bench:${key}`,
    Buffer.from(new MsgpackCodec().encode(value, { storageKey: key })),
    'PX',
    600_000,
  );
  const usage = (name) => redis.memory('USAGE', name);
  const measured = [
    ['the value alone', await usage(`plain.bench:${key}`)],
    ['ours, value with its frame', await usage(`single:bench:${key}`)],
    ['ours, generation', await usage(`gen:{single:bench:${key}}`)],
  ];
  redis.disconnect();
  await app.close();
  return measured;
});
