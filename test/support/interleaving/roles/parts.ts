import type { Row } from '../database.js';
import type { Role } from '../world.js';
import { acknowledge, ask } from './source.js';
import { begin } from './transactions.js';
import { acknowledgeAfter, unlessUnavailable, write } from './writes.js';

export interface HastyOptions {
  /** What the scope is. An intent closes the key that its part writes. */
  readonly scope: 'transaction' | 'intent';
  /** Where the key is invalidated: in the part that writes it, or in the scope around that. */
  readonly invalidates: 'part' | 'scope' | 'neither';
}

/**
 * Begins a transaction inside a scope, and ends the scope without waiting for it, as a `Promise.all` does of which
 * another part failed: it ends before its part, or after it. What was written is acknowledged when both have ended.
 */
export function hastyWriter(key: string, on: number, options: HastyOptions): Role {
  return {
    name: 'hasty writer',
    process: on,
    alike: `writes ${key} in a part ${JSON.stringify(options)}`,
    play: async (scene) => {
      const subject = scene.world.processes.subject(on);
      let rows: readonly Row[] = [];
      let part: Promise<void> | undefined;
      const transact = async (): Promise<void> => {
        const transaction = await begin(scene);
        await ask(scene, 'write inside', [key], () => transaction.write(key));
        if (options.invalidates === 'part') await subject.invalidate([key]);
        rows = await ask(scene, 'commit transaction', [key], () => transaction.commit());
      };
      const work = async (): Promise<void> => {
        if (options.invalidates === 'scope') await subject.invalidate([key]);
        part = acknowledgeAfter(
          scene,
          on,
          () => [],
          async () => subject.transaction?.(transact),
        );
        await scene.stage.step({ place: `process ${on}`, call: 'goes on without its part' }, () => undefined);
      };
      await unlessUnavailable(scene, async () => {
        if (options.scope === 'intent') await write(scene, on, [key], work);
        else await subject.transaction?.(work);
        await part;
        acknowledge(scene, rows);
      });
    },
  };
}
