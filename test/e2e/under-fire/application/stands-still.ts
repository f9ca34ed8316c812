// An application that writes and reads when it is told to, and says what came of it: to be stopped in between by its parent.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';

const [port, timeout] = process.argv.slice(2).map(Number);

const module = {
  module: class {},
  imports: [
    CasCacheModule.forRoot({ redis: { host: '127.0.0.1', port }, logger: false, defaults: { timeout } }),
    CasCacheModule.forFeature('user'),
  ],
};
const app = await NestFactory.createApplicationContext(module, { logger: ['error'], abortOnError: false });
const cache = app.get(CasCacheRegistry).get('user');
for (const key of ['read', 'written']) await cache.setWithGen(key, 'cached', await cache.snapshotGen(key));

process.on('message', () => {
  const asked = Promise.allSettled([cache.invalidate('written'), cache.get('read')]);
  setImmediate(() => process.send?.({ is: 'asked' }));
  void asked.then((outcomes) => process.send?.({ is: 'answered', outcomes }));
});
process.on('disconnect', () => process.exit());
process.send?.({ is: 'ready' });
