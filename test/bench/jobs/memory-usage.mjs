// What an entry of ours takes in Redis: the value with its frame, its generation, and the same value without either. By
// what Redis says of each key, and by what it grew by.
import { Redis } from 'ioredis';
import { MsgpackCodec, fill, openApplication } from '../caches/ours.mjs';
import { answer, spec } from '../measure/job-side.mjs';
import { SIZES, keysOf } from '../measure/values.mjs';

const { url, size, keys } = spec;

await answer(async () => {
  const names = keysOf(keys);
  const [first] = names;
  const app = await openApplication({ redis: url }, [{ namespace: 'bench', ttl: 3_600_000, timeout: 10_000 }]);
  const cache = app.cache('bench');
  while ((await cache.snapshotGen(first)) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const redis = new Redis(url);
  const codec = new MsgpackCodec();
  const encoded = (key, i) => Buffer.from(codec.encode(SIZES[size](i), { storageKey: key }));
  const memory = async () => Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))[1]);
  const grownBy = async (work) => {
    const before = await memory();
    await work();
    return ((await memory()) - before) / keys;
  };
  const plain = await grownBy(async () => {
    for (const [i, key] of names.entries()) await redis.set(`plain.bench:${key}`, encoded(key, i), 'PX', 3_600_000);
  });
  // Tables grow by doubling: both begin with an empty one.
  const usage = (name) => redis.memory('USAGE', name);
  const alone = await usage(`plain.bench:${first}`);
  await redis.flushdb();
  await app.close();
  const again = await openApplication({ redis: url }, [{ namespace: 'bench', ttl: 3_600_000, timeout: 10_000 }]);
  const refilled = again.cache('bench');
  while ((await refilled.snapshotGen('ready')) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const ours = await grownBy(() =>
    fill(
      refilled,
      names.map((key, i) => [key, SIZES[size](i)]),
    ),
  );
  const measured = [
    ['the value alone', alone],
    ['ours, value with its frame', await usage(`single:bench:${first}`)],
    ['ours, generation', await usage(`gen:{single:bench:${first}}`)],
    ['used_memory by value, without cache', plain],
    ['used_memory by entry, ours', ours],
    ['the encoded value', encoded(first, 0).length],
  ];
  redis.disconnect();
  await again.close();
  return measured;
});
