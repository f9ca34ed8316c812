import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, expect, it } from '@jest/globals';
import { LOAD_CHANNEL, LoadChannel } from 'nestjs-cascache/otel';
import type { LoadMessage } from 'nestjs-cascache/otel';
import { MEMORY } from '../../support/core/topologies.js';

const channel = tracingChannel<unknown, LoadMessage>(LOAD_CHANNEL);
const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function subscribed(): [string, LoadMessage][] {
  const heard: [string, LoadMessage][] = [];
  const note = (phase: string) => (message: unknown) => void heard.push([phase, message as LoadMessage]);
  const handlers = { start: note('start'), asyncEnd: note('asyncEnd'), error: note('error') };
  for (const [phase, handler] of Object.entries(handlers)) {
    const each = channel[phase as 'start'];
    each.subscribe(handler);
    stops.push(() => each.unsubscribe(handler));
  }
  return heard;
}

it('who subscribes hears of each load, without its key and its value', async () => {
  const heard = subscribed();
  const { cache } = MEMORY.rig({ hooks: [new LoadChannel('shop')] });
  expect(await cache.getOrLoad('a-key', () => 'a-value')).toBe('a-value');
  expect(heard.map(([phase]) => phase)).toEqual(['start', 'asyncEnd']);
  expect(heard[0]?.[1]).toMatchObject({ application: 'shop', namespace: cache.namespace, keys: 1, refresh: false });
  expect(JSON.stringify(heard)).not.toMatch(/a-key|a-value/);
  for (const [, message] of heard) expect((message as { result?: unknown }).result).toBeUndefined();
});

it('an error of the loader is heard, and is that of the caller', async () => {
  const heard = subscribed();
  const { cache } = MEMORY.rig({ hooks: [new LoadChannel()] });
  await expect(cache.getOrLoad('42', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(heard.map(([phase]) => phase)).toEqual(['start', 'error', 'asyncEnd']);
});

it('a store that is bound to the channel holds for the loader', async () => {
  const spans = new AsyncLocalStorage<string>();
  channel.start.bindStore(spans, (message) => (message as LoadMessage).namespace);
  stops.push(() => channel.start.unbindStore(spans));
  const { cache } = MEMORY.rig({ hooks: [new LoadChannel()] });
  expect(await cache.getOrLoad('42', async () => spans.getStore())).toBe(cache.namespace);
});

it('where nobody subscribes, the loader is called all the same', async () => {
  const { cache } = MEMORY.rig({ hooks: [new LoadChannel()] });
  expect(await cache.getOrLoad('42', () => 'value')).toBe('value');
});
