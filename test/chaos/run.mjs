// `npm run lab`: makes sure that there is a Redis, then runs the laboratory. The package is the built one; the
// laboratory itself is TypeScript, compiled as it is loaded.
import { ensureRedis } from '../support/ensure-redis.mjs';

await import('../support/typescript/register.mjs');

try {
  const { server, cli } = ensureRedis();
  process.env.REDIS_SERVER_BIN = server;
  process.env.REDIS_CLI_BIN = cli;
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
// Only now: what starts servers looks into the environment when it is loaded.
await import('./main.ts');
