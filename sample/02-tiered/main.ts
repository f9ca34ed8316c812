import 'reflect-metadata';
import { Catalogue } from './catalogue.js';
import { findRedis } from './redis.js';
import { Replica } from './replica.js';
import { tellStory } from './story.js';

const redis = await findRedis();
const replicas: Replica[] = [];
try {
  console.log(
    redis === undefined
      ? 'Product pages, on the topology `memory`: no redis-server was found. Install one, or set REDIS_SERVER_BIN to it or\nREDIS_URL to a Redis that runs, to see two replicas, A and B, on the topology `tiered`.'
      : `Product pages, on the topology \`tiered\`: two replicas, A and B, on ${redis.name}.`,
  );
  const catalogue = new Catalogue();
  for (const name of redis === undefined ? ['A'] : ['A', 'B'])
    replicas.push(await Replica.start(name, catalogue, redis));
  await replicas[0]?.clear(); // a Redis remembers what other runs left
  await tellStory(replicas, catalogue);
  await replicas[0]?.clear();
} finally {
  for (const replica of replicas) await replica.close();
  await redis?.stop();
}
