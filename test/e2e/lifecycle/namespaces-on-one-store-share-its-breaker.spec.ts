import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { applications } from '../../support/nest/applications.js';
import { scripted } from '../../support/nest/scripted-application.js';
import { until } from '../../support/redis/until.js';

const { compile } = applications();

@Injectable()
class Nothing {}

async function readInVain(cache: { get(key: string): Promise<unknown> }): Promise<void> {
  for (let i = 0; i < 5; i++) expect(await cache.get('a')).toBeUndefined();
}

describe('two namespaces on one store that froze', () => {
  it('what one of them found out, the other need not wait for', async () => {
    const { cache, generations, log, events } = await scripted(compile, Nothing, { timeout: 10 });
    const [user, order] = [cache('user'), cache('order')];
    for (const one of [user, order]) await one.getOrLoad('a', () => 'cached');
    generations.script.fail('current', 'hang');
    await readInVain(user);
    expect([user.stats().breakerOpen, order.stats().breakerOpen]).toEqual([true, true]);

    const asked = log.of('generations.current').filter(({ keys }) => keys[0]?.includes('order'));
    expect(await order.get('a')).toBeUndefined();
    expect(log.of('generations.current').filter(({ keys }) => keys[0]?.includes('order'))).toEqual(asked);
    const told = () => events.of('breaker').map(({ namespace, open }) => `${namespace} ${open}`);
    expect(told()).toEqual(['user true', 'order true']);

    generations.script.mend();
    await until(() => !user.stats().breakerOpen, 'a probe brings the store back');
    expect(await order.get('a')).toBe('cached');
    expect(told().slice(2)).toEqual(['user false', 'order false']);
  });

  it('two applications over it each find out for themselves', async () => {
    const [one, other] = [
      await scripted(compile, Nothing, { timeout: 10 }),
      await scripted(compile, Nothing, { timeout: 10 }),
    ];
    await one.cache().getOrLoad('a', () => 'cached');
    one.generations.script.fail('current', 'hang');
    await readInVain(one.cache());
    expect([one.cache().stats().breakerOpen, other.cache().stats().breakerOpen]).toEqual([true, false]);
  });
});
