// An application that writes and reads when it is told to, and says what came of it: to be stopped in between by its
// parent.
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';

const [port, timeout] = process.argv.slice(2, 4).map(Number);
/** It is busy until there is such a file; without one it goes on at once. */
const busyUntil = process.argv[4] ?? '/';

@Module({})
class AppModule {}

const module = {
  module: AppModule,
  imports: [
    CasCacheModule.forRoot({ redis: { host: '127.0.0.1', port }, logger: false, defaults: { timeout } }),
    CasCacheModule.forFeature('user'),
  ],
};
const app = await NestFactory.createApplicationContext(module, { logger: ['error'], abortOnError: false });
const cache = app.get(CasCacheRegistry).get('user');
for (const key of ['read', 'written']) await cache.setWithGen(key, 'cached', await cache.snapshotGen(key));

const FOREVER = new Int32Array(new SharedArrayBuffer(4));
const LOOK_MS = 10;

process.on('message', () => {
  const asked = Promise.allSettled([cache.invalidate('written'), cache.get('read')]);
  setImmediate(() => {
    process.send?.({ is: 'asked' });
    while (!existsSync(busyUntil)) Atomics.wait(FOREVER, 0, 0, LOOK_MS);
  });
  void asked.then((outcomes) => process.send?.({ is: 'answered', outcomes }));
});
process.on('disconnect', () => process.exit());
process.send?.({ is: 'ready' });
