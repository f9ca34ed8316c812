import { describe, expect, it } from '@jest/globals';

import { Breakers } from '../../../../../lib/core/support/breakers.js';
import { CallLog } from '../../../../support/core/call-log.js';
import { ScriptedGenerations } from '../../../../support/core/scripted-generations.js';
import { ScriptedProvider } from '../../../../support/core/scripted-provider.js';

const stores = () => {
  const log = new CallLog();
  return {
    provider: new ScriptedProvider('bytes', 'shared', log),
    generations: new ScriptedGenerations('shared', log),
  };
};

describe('the breakers of an application', () => {
  it('caches over the same stores that wait as long for them share one', () => {
    const breakers = new Breakers();
    const { provider, generations } = stores();
    expect(breakers.of({ provider, generations }, 250)).toBe(breakers.of({ provider, generations }, 250));
  });

  it.each([
    ['another provider', 250, (given: ReturnType<typeof stores>) => ({ ...given, provider: stores().provider })],
    [
      'another generation store',
      250,
      (given: ReturnType<typeof stores>) => ({ ...given, generations: stores().generations }),
    ],
    ['another patience', 1_000, (given: ReturnType<typeof stores>) => given],
  ])('one with %s has its own', (_, timeoutMs, change) => {
    const breakers = new Breakers();
    const given = stores();
    expect(breakers.of(change(given), timeoutMs)).not.toBe(breakers.of(given, 250));
  });

  it('those of another application are others', () => {
    const given = stores();
    expect(new Breakers().of(given, 250)).not.toBe(new Breakers().of(given, 250));
  });
});
