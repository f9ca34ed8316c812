import { closeDesks } from '../orms/global-setup.mjs';
import { stopShared as stopPostgres } from './postgres/global-setup.mjs';
import { stopShared as stopRedis } from './redis/global-setup.mjs';

export default async function globalTeardown() {
  await Promise.all([stopPostgres(), stopRedis(), closeDesks()]);
}
