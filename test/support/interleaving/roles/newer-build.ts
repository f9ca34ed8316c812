import { encodeSingle } from '../../../../lib/wire/single-frame.js';
import { WrongRead } from '../database.js';
import type { Role } from '../world.js';

/** A build of ours took away what only a newer one can read. The two would do so for ever. */
export class FrameLost extends WrongRead {
  override readonly name = 'FrameLost';
}

/** Of a version that this build does not know. */
const FRAME = Buffer.from(encodeSingle(7, Buffer.from('newer')));
const VERSION_OFFSET = 4;
FRAME[VERSION_OFFSET] = 2;

/**
 * Another build stores what it has loaded, whenever it likes, and looks for that at any point after it.
 *
 * @param ends whether somebody ends the generation of the key meanwhile, so that the frame may be gone
 */
export function newerBuild(key: string, { ends = false }: { readonly ends?: boolean } = {}): Role {
  return {
    name: 'newer build',
    process: undefined,
    play: async ({ stage, world: { frames } }) => {
      if (frames === undefined) return;
      const place = 'stores';
      await stage.step({ place, call: 'set, by a newer build', args: [key] }, () => frames.put(key, FRAME));
      await stage.step({ place, call: 'get, by a newer build', args: [key] }, async () => {
        const found = await frames.get(key);
        if (ends || (found !== undefined && FRAME.equals(found))) return;
        throw new FrameLost(
          `The frame of a newer build for ${key} ${found === undefined ? 'is gone' : 'was overwritten'}.`,
        );
      });
    },
  };
}
