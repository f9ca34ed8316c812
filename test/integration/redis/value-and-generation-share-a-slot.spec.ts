import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { generationKey } from '../../../lib/keys/storage-keys.js';
import { hashedPart, KeyNames } from '../../../lib/redis/cells/key-names.js';
import { sharedCluster } from '../../support/redis/shared-redis.js';

const KEYS = [
  'a',
  'a:b',
  '{tag}',
  'x{tag}y',
  '{a}{b}',
  'x{a',
  '{',
  'a{b:{c}',
  '{{a}}',
  '{"id":1}',
  'ключ',
  '\u{1f511}',
  'a b',
];
/** Keys for which no common slot can be had: hashed whole, and no tag can contain a brace. */
const ALONE = ['}', 'a}b', '}{', '{}', '{}{a}', 'a}{b}'];
const PREFIXES = ['', 'app:', '{app}:', 'app{1}:', 'a}b:', 'a{b:', '{}:'];

describe('CLUSTER KEYSLOT of a value and of its generation', () => {
  let node: Redis;

  beforeAll(async () => {
    const [first] = (await sharedCluster()).nodes;
    node = new Redis(first as { host: string; port: number });
  });

  afterAll(async () => {
    await node.quit();
  });

  const slot = (name: string): Promise<number> => node.cluster('KEYSLOT', name);

  it.each(['', 'app:', '{app}:', 'app{1}:'])(
    'is the same with the keyPrefix "%s", also with braces in the key',
    async (prefix) => {
      const names = new KeyNames(prefix, true);
      for (const key of KEYS.flatMap((text) => [`single:ns:${text}`, `single:ns@2:${text}`])) {
        expect(names.together(key)).toBe(true);
        expect(await slot(names.generation(key))).toBe(await slot(names.value(key)));
      }
    },
  );

  it.each(PREFIXES)('is what decides whether the two are used in one step, with the keyPrefix "%s"', async (prefix) => {
    const names = new KeyNames(prefix, true);
    for (const key of [...KEYS, ...ALONE].flatMap((text) => [`single:ns:${text}`, `single:ns@2:${text}`])) {
      const together = (await slot(names.generation(key))) === (await slot(names.value(key)));
      expect([key, names.together(key)]).toEqual([key, together]);
    }
  });

  it('is the same for keys that travel in one MGET', async () => {
    const names = [...KEYS, ...ALONE].flatMap((text) => [`single:ns:${text}`, generationKey(`single:ns:${text}`)]);
    const slots = new Map<string, number>();
    for (const name of names) {
      const found = await slot(name);
      expect(slots.get(hashedPart(name)) ?? found).toBe(found);
      slots.set(hashedPart(name), found);
    }
  });
});
