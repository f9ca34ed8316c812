import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
// The built library: what an application gets.
import { CasCacheModule, getCasCacheToken } from '../../../dist/esm/index.js';

export { CasCached, MsgpackCodec } from '../../../dist/esm/index.js';

/** An application with these namespaces, as a user would write it. */
export async function openApplication(options, namespaces, providers = []) {
  // eslint-disable-next-line typescript/no-extraneous-class -- a Nest module, whose decorator is called by hand
  class BenchModule {}
  Module({
    imports: [CasCacheModule.forRoot(options), ...namespaces.map((one) => CasCacheModule.forFeature(one))],
    providers,
  })(BenchModule);
  const app = await NestFactory.createApplicationContext(BenchModule, { logger: ['error', 'warn'] });
  return {
    cache: (namespace) => app.get(getCasCacheToken(namespace)),
    provided: (token) => app.get(token),
    close: () => app.close(),
  };
}

const CHUNK = 1_000;

/** Fills through the public API. */
export async function fill(cache, entries) {
  for (let at = 0; at < entries.length; at += CHUNK) {
    const chunk = entries.slice(at, at + CHUNK);
    const observed = await cache.snapshotGens(chunk.map(([key]) => key));
    const outcomes = await Promise.all(chunk.map(([key, value]) => cache.setWithGen(key, value, observed.get(key))));
    const failed = outcomes.find((outcome) => outcome !== 'stored');
    if (failed !== undefined) throw new Error(`a fill was ${failed}`);
  }
}

/** The generations of the keys, in their order. */
export async function generationsOf(cache, keys) {
  const all = [];
  for (let at = 0; at < keys.length; at += CHUNK) {
    const chunk = keys.slice(at, at + CHUNK);
    const observed = await cache.snapshotGens(chunk);
    for (const key of chunk) all.push(observed.get(key));
  }
  return all;
}
