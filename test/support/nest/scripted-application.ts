import type { Type } from '@nestjs/common';
import type { TestingModule } from '@nestjs/testing';
import { CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import type { CasCacheNamespaceOptions, CasCacheService } from 'nestjs-cascache';
import { CallLog } from '../core/call-log.js';
import { RecordedEvents } from '../core/recorded-events.js';
import { ScriptedGenerations } from '../core/scripted-generations.js';
import type { Compile } from './applications.js';
import { moduleOf } from './module-of.js';

/** An application whose generation store does what a test says. */
export interface ScriptedApplication<R> {
  readonly app: TestingModule;
  readonly repository: R;
  readonly log: CallLog;
  readonly generations: ScriptedGenerations;
  readonly events: RecordedEvents;
  cache(namespace?: string): CasCacheService<string>;
  /** The generation of the key can be read, and neither bumped nor settled. */
  breakInvalidation(cause: Error, key: string, namespace?: string): void;
  mend(): void;
}

/** @param repository the only provider; its namespace is `user`, beside which there is `order` */
export async function scripted<R extends object>(
  compile: Compile,
  repository: Type<R>,
  defaults: Partial<Omit<CasCacheNamespaceOptions, 'namespace'>> = {},
): Promise<ScriptedApplication<R>> {
  const log = new CallLog();
  const events = new RecordedEvents();
  const generations = new ScriptedGenerations('process', log);
  const others = moduleOf({ imports: [CasCacheModule.forFeature('order')] });
  const app = await compile({
    imports: [
      CasCacheModule.forRoot({ genStore: generations, logger: false, hooks: events, defaults }),
      CasCacheModule.forFeature('user'),
      others,
    ],
    providers: [repository],
  });
  return {
    app,
    repository: app.get(repository),
    log,
    generations,
    events,
    cache: (namespace = 'user') => app.get(CasCacheRegistry).get<string>(namespace),
    breakInvalidation(cause, key, namespace = 'user') {
      const storageKey = `single:${namespace}:${key}`;
      generations.script.fail('bump', 'throw', cause);
      generations.script.failKey('bumpMany', storageKey, cause);
      generations.intents.script.failKey('settle', storageKey, cause);
    },
    mend() {
      generations.script.mend();
      generations.intents.script.mend();
    },
  };
}
