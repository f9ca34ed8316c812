import { describe, expect, it } from '@jest/globals';
import { CasConfigError } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { CLEAR, FEATURES, INVALIDATE, until } from '../../support/options/features.js';
import type { Ending, Feature, Place } from '../../support/options/features.js';
import { pairsOfPage } from '../../support/options/page.js';
import { Scene } from '../../support/options/scene.js';
import type { Cache } from '../../support/options/scene.js';

const { start } = applications();

const PAIRS = pairsOfPage().map((pair) => ({ ...pair, name: pair.options.join(' beside ') }));
const WORKS = PAIRS.filter(({ verdict }) => verdict === 'works');
const REFUSED = PAIRS.filter(({ verdict }) => verdict === 'refused');

function featureOf(name: string): Feature {
  const found = FEATURES.find((feature) => feature.name === name);
  if (found === undefined) throw new Error(`there is no scenario for the option ${name}`);
  return found;
}

/** Where both have an effect; where they have so nowhere together, where the one has that needs a Redis. */
function placesOf(features: readonly Feature[]): readonly Place[] {
  const [one, other] = features as [Feature, Feature];
  const both = one.places.filter((place) => other.places.includes(place));
  if (both.length > 0) return both;
  return [one, other].find(({ places }) => !places.includes('memory, in bytes'))?.places ?? [];
}

/** A write ends what is cached in every process, and what is loaded then is cached again. */
async function endsEverywhere(scene: Scene, processes: readonly Cache[], ending: Ending): Promise<void> {
  for (const cache of processes) await scene.read(cache);
  await ending.end(scene, processes.at(-1) as Cache);
  for (const cache of processes) expect(await scene.read(cache)).toBe(scene.version);
  const { loads } = scene;
  for (const cache of processes) expect(await scene.read(cache)).toBe(scene.version);
  expect(scene.loads).toBe(loads);
}

/** A load that has read the source before a write is not stored after it. */
async function refusesWhatWasOvertaken(scene: Scene, processes: readonly Cache[], ending: Ending): Promise<void> {
  const [reader, writer] = [processes[0] as Cache, processes.at(-1) as Cache];
  await reader.invalidate([scene.key, 'another']);
  const { load, hasRead, answer } = scene.slowLoad();
  const reading = scene.read(reader, load);
  await hasRead;
  const before = scene.version;
  await ending.end(scene, writer);
  answer();
  expect(await reading).toBe(before);
  for (const cache of processes) expect(await scene.read(cache)).toBe(scene.version);
}

describe('the page of options together', () => {
  it('has each two of the options once, and no other', () => {
    const names = FEATURES.map(({ name }) => name);
    const all = names.flatMap((one, i) => names.slice(i + 1).map((other) => `${one} beside ${other}`));
    expect(PAIRS.map(({ name }) => name)).toEqual(all);
    expect(WORKS.length + REFUSED.length).toBe(all.length);
    expect(PAIRS.filter(({ says }) => says === '')).toEqual([]);
  });
});

describe.each(WORKS)('$name', ({ options }) => {
  const features = options.map(featureOf);

  it.each(placesOf(features))('works in %s', async (place) => {
    const scene = new Scene(start, features, place);
    const reader = await scene.process();
    const processes = scene.isShared ? [reader, await scene.process()] : [reader];
    // A server that is younger than the lease of an intent is not filled yet.
    await until(async () => (await scene.read(reader)) > 0 && (await reader.get(scene.key)) !== undefined);
    for (const ending of [INVALIDATE, CLEAR, ...features.flatMap(({ endings }) => endings)]) {
      await endsEverywhere(scene, processes, ending);
      await refusesWhatWasOvertaken(scene, processes, ending);
    }
    for (const { shows } of features) {
      for (const cache of processes) await scene.read(cache);
      await shows(scene, reader, processes.at(-1) as Cache);
    }
    await scene.close();
  });
});

// Of an empty table jest makes an error.
for (const { name, options, says } of REFUSED) {
  describe(name, () => {
    const features = options.map(featureOf);

    it.each(placesOf(features))('is refused in %s', async (place) => {
      const error = await errorOf(() => new Scene(start, features, place).process());
      expect(error).toBeInstanceOf(CasConfigError);
      expect(error.message).toContain(says);
    });
  });
}
