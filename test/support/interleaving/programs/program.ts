import { bulkReader, reader } from '../roles/reads.js';
import type { Program, Role, Scene } from '../world.js';

/** A program whose stores are empty at first. */
export function cold(name: string, keys: readonly string[], ...cast: readonly Role[]): Program {
  return { name, keys, cast };
}

/** A program before which every process has read every key once, so that whatever can be cached is. */
export function warm(name: string, keys: readonly string[], ...cast: readonly Role[]): Program {
  return { name, keys, cast, setup: (scene) => readEverything(scene, keys) };
}

async function readEverything(scene: Scene, keys: readonly string[]): Promise<void> {
  for (const process of scene.world.processes.numbers) {
    if (keys.length > 1) await bulkReader(keys, process).play(scene);
    for (const key of keys) await reader(key, process).play(scene);
  }
}
