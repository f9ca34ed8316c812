// Servers for all specs of a run that need none of their own.
import openOrms from '../orms/global-setup.mjs';
import startPostgres from './postgres/global-setup.mjs';
import startRedis from './redis/global-setup.mjs';

export default async function globalSetup(config) {
  await Promise.all([startRedis(config), startPostgres(), openOrms()]);
}
