import { expect, it } from '@jest/globals';
import { LocalGenerationStore, MemoryProvider, MsgpackCodec } from 'nestjs-cascache';
import { ApplicationCaches } from '../../../lib/nest/application-caches.js';
import { DecoratedClasses } from '../../../lib/nest/decorated-classes.js';
import { resolveModuleOptions } from '../../../lib/nest/resolve-module-options.js';
import { ManualTimers } from '../../support/core/manual-timers.js';
import { ApplicationStores } from '../../../lib/nest/application-stores.js';

const WAITING = { kind: 'async', namespace: 'user' } as const;

function core(): { core: ApplicationCaches; timers: ManualTimers; warnings: string[] } {
  const timers = new ManualTimers();
  const warnings: string[] = [];
  const logger = { warn: (line: string) => warnings.push(line), error: () => undefined, log: () => undefined };
  const parts = {
    provider: new MemoryProvider(),
    generations: new LocalGenerationStore(),
    codec: new MsgpackCodec(),
    hooks: [],
    near: undefined,
  };
  const topology = new ApplicationStores(resolveModuleOptions({}), logger);
  const plan = {
    features: [WAITING],
    replaced: new Set<string>(),
    application: { list: () => [] },
    decorated: new DecoratedClasses({ list: () => [] }),
  };
  return { core: new ApplicationCaches(plan, parts, topology, timers), timers, warnings };
}

it('a reference whose async definition does not come says so after 10 seconds, and goes on waiting', async () => {
  const { core: application, timers, warnings } = core();
  const reference = application.open({ kind: 'reference', namespace: 'user' });
  timers.advance(9_999);
  expect(warnings).toEqual([]);
  timers.advance(1);
  expect(warnings).toEqual([expect.stringContaining('The namespace "user" still waits for its forFeatureAsync')]);

  await application.open(WAITING, { namespace: 'user' });
  expect((await reference).namespace).toBe('user');
});

it('a definition that comes in time says nothing', async () => {
  const { core: application, timers, warnings } = core();
  const reference = application.open({ kind: 'reference', namespace: 'user' });
  await application.open(WAITING, { namespace: 'user' });
  await reference;
  timers.advance(60_000);
  expect(warnings).toEqual([]);
});
