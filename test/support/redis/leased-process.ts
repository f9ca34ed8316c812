// A process of its own that serves the key `a` under a read lease, for specs that stop it. Its arguments: URL,
// namespace, DELTA. It writes a line for each command of its input.
import { createInterface } from 'node:readline';

import { LeasedCache } from './leased-cache.js';

const [url = '', namespace = '', deltaMs = ''] = process.argv.slice(2);
const one = new LeasedCache(url, { namespace, deltaMs: Number(deltaMs) });
const say = (text: string): void => void process.stdout.write(`${text}\n`);

createInterface(process.stdin).on('line', (line) => {
  const [command, key = ''] = line.split(' ');
  if (command === 'serve') void one.holding().then(async () => say(await one.served(key).then(() => 'served')));
  if (command === 'sync') say(String(one.cache.getSync(key)));
  if (command === 'end') void one.close().then(() => process.exit(0));
});
