import { describe, expect, it } from '@jest/globals';

import { Embedded } from '../../../../support/core/embedded.js';
import { MEMORY, NEAR } from '../../../../support/core/topologies.js';

class User {
  constructor(
    readonly name: string,
    readonly born: Date,
  ) {}

  greet(): string {
    return `I am ${this.name}`;
  }
}

interface Profile {
  user: User;
  roles: Set<string>;
  limits: Map<string, { max: number }>;
  tags: string[];
  bytes: Uint8Array;
}

const profile = (): Profile => ({
  user: new User('Linus', new Date(0)),
  roles: new Set(['admin']),
  limits: new Map([['mail', { max: 1 }]]),
  tags: ['a'],
  bytes: Uint8Array.of(1, 2),
});

function spoil(value: Profile): void {
  value.user.born.setTime(99);
  value.roles.clear();
  (value.limits.get('mail') as { max: number }).max = 99;
  value.tags.push('spoilt');
  value.bytes[0] = 99;
  Object.assign(value, { extra: true });
}

describe.each([MEMORY, NEAR])("isolation 'copy', end to end: $name", ({ rig }) => {
  it('a change of the loaded value changes no hit', async () => {
    const { cache } = rig();
    const loaded = profile();
    expect(await cache.getOrLoad('42', () => loaded)).toBe(loaded);
    spoil(loaded);
    expect(await cache.get('42')).toEqual(profile());

    const filled = profile();
    await cache.setWithGen('43', filled, await cache.snapshotGen('43'));
    spoil(filled);
    expect(await cache.get('43')).toEqual(profile());
  });

  it('a change of a hit changes no other hit', async () => {
    const stores = rig();
    const { cache } = stores;
    await cache.getOrLoad('42', profile);
    const hits = [
      await cache.get('42'),
      await cache.getOrLoad('42', profile),
      (await cache.getBulk(['42'])).values.get('42'),
      ...(stores.generations.reach === 'process' ? [cache.getSync('42')] : []),
    ] as Profile[];
    expect(new Set(hits).size).toBe(hits.length);
    for (const hit of hits) spoil(hit);
    expect(await cache.get('42')).toEqual(profile());
  });

  it('a hit has the classes that were stored', async () => {
    const { cache } = rig();
    await cache.getOrLoad('42', profile);
    const hit = (await cache.get('42')) as Profile;
    expect(hit.user).toBeInstanceOf(User);
    expect(hit.user.greet()).toBe('I am Linus');
    expect(hit.user.born).toEqual(new Date(0));
    expect(hit.roles).toEqual(new Set(['admin']));
    expect(hit.limits.get('mail')).toEqual({ max: 1 });
  });

  it('many values filled at once are copied too', async () => {
    const { cache } = rig();
    const value = profile();
    await cache.setBulkWithGens([['42', value]], await cache.snapshotGens(['42']));
    spoil(value);
    expect(await cache.get('42')).toEqual(profile());
  });
});

describe('over bytes in process', () => {
  it('every hit is decoded for its caller alone', async () => {
    const { cache } = new Embedded({}, 'bytes');
    const value = { tags: ['a'] };
    await cache.getOrLoad('42', () => value);
    value.tags.push('spoilt');
    const hit = (await cache.get('42')) as typeof value;
    hit.tags.push('spoilt');
    expect(await cache.get('42')).toEqual({ tags: ['a'] });
  });
});
